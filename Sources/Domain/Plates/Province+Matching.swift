extension Province {
    /// The province that a read or typed text means.
    ///
    /// Accepted are the Thai and English names, common other names and codes, whatever their case, spaces, dots and
    /// hyphens, with or without "province"; and a name misread by one character (names of 5–7 characters) or by two
    /// (longer names). A shorter name must be exact.
    ///
    /// A misread name is given to its nearest province only when no other province is within two errors, or when
    /// those that are differ from it in characters that were all read as its own: `ระฮอง` may be ระยอง or ระนอง and
    /// is neither, `ระนองง` is ระนอง.
    public static func matching(_ text: String) -> Province? {
        let read = ProvinceName.normalised(text)
        if let index = ProvinceName.exact[read] {
            return all[index]
        }
        let bare = ProvinceName.withoutTitle(read, in: text)
        if let index = ProvinceName.exact[bare] {
            return all[index]
        }
        return ProvinceName.nearest(to: bare).map { all[$0] }
    }
}

/// The table of names behind ``Province/matching(_:)``; a province is an index into ``Province/all``.
enum ProvinceName {
    typealias Scalars = [Unicode.Scalar]

    /// The most errors in a name that may count, and the distance within which another province is a rival.
    static let mostErrors = 2

    static let names: [(scalars: Scalars, province: Int)] = Province.all.enumerated().flatMap { index, province in
        let others = Province.alternativeNames.first { $0.code == province.code }?.names ?? []
        return ([province.thai, province.english] + others).map { (normalised($0), index) }
    }

    static let exact: [Scalars: Int] = {
        var table: [Scalars: Int] = [:]
        for (index, province) in Province.all.enumerated() {
            table[normalised(province.code)] = index
        }
        for name in names {
            table[name.scalars] = name.province
        }
        return table
    }()

    /// As for plates; and two sara e, which look like one sara ae, become it.
    static func normalised(_ text: String) -> Scalars {
        var name: Scalars = []
        for scalar in PlateScalars(text).scalars {
            if scalar == "เ", name.last == "เ" {
                name[name.count - 1] = "แ"
            } else {
                name.append(scalar)
            }
        }
        return name
    }

    /// Drops the word "province", or its abbreviation จ. if the dot is there: without it, จนนทบุรี may be a misread
    /// จันทบุรี as well as นนทบุรี.
    static func withoutTitle(_ name: Scalars, in text: String) -> Scalars {
        for title in ["จังหวัด", "CHANGWAT"] where name.starts(with: title.unicodeScalars) {
            return Scalars(name.dropFirst(title.unicodeScalars.count))
        }
        let title = "PROVINCE".unicodeScalars
        if name.suffix(title.count).elementsEqual(title) {
            return Scalars(name.dropLast(title.count))
        }
        let start = text.unicodeScalars.prefix(PlateScalars.farthest).drop(while: \.properties.isWhitespace)
        return start.starts(with: "จ.".unicodeScalars) ? Scalars(name.dropFirst()) : name
    }

    static func nearest(to read: Scalars) -> Int? {
        var near: [(name: Scalars, province: Int, errors: Int)] = []
        for (name, province) in names where abs(name.count - read.count) <= mostErrors {
            let errors = editDistance(name, read)
            if errors <= mostErrors {
                near.append((name, province, errors))
            }
        }
        guard let best = near.min(by: { $0.errors < $1.errors }), best.errors <= allowedErrors(in: best.name) else {
            return nil
        }
        let isDistinct = near.allSatisfy { rival in
            rival.province == best.province || rival.errors == best.errors + editDistance(best.name, rival.name)
        }
        return isDistinct ? best.province : nil
    }

    static func allowedErrors(in name: Scalars) -> Int {
        switch name.count {
        case ...4: 0
        case 5...7: 1
        default: mostErrors
        }
    }

    /// The least number of inserted, deleted and replaced scalars that turns one into the other (Levenshtein).
    static func editDistance(_ first: Scalars, _ second: Scalars) -> Int {
        var row = Array(0...second.count)
        for (line, one) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (one == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
