extension PlateKind {
    /// Judges normalised text by its form.
    ///
    /// A dealer's red plate differs by its colour only, which the text does not tell.
    init(of content: PlateScalars) {
        let runs = PlateRuns(content.scalars)
        if runs.isWhole {
            self = Self.plain(runs, content)
        } else {
            self = Self.hasEmblem(content.scalars) ? .other : .unknown
        }
    }

    private static func plain(_ runs: PlateRuns, _ content: PlateScalars) -> PlateKind {
        let scalars = content.scalars
        switch (runs.prefix, runs.consonants, runs.number) {
        case (0, 2, 1...4) where scalars[2] != "0": return .car
        case (1, 2, 1...4) where scalars[0] != "0" && scalars[3] != "0": return .car
        case (6, 0, 0) where isTruck(content): return .truck
        case (0, 1, 2...7) where isDiplomatic(content): return .diplomatic
        case (0, 2, 5) where scalars[0] == "ต" && scalars[1] == "ร": return .other
        case (0, 3, 1...) where scalars.starts(with: "รยล".unicodeScalars): return .other
        case (0, 3, 1...) where scalars.starts(with: "สมอ".unicodeScalars): return .other
        default: return .unknown
        }
    }

    /// 10–39 and 60–79 are for hire, 40–59 and 80–99 private, so that all of 10–99 are taken. The dash is often
    /// missed by readers, but a gap elsewhere means another country's number.
    private static func isTruck(_ content: PlateScalars) -> Bool {
        content.scalars[0] != "0" && content.gaps & 0b111010 == 0 && content.scalars[2...].contains { $0 != "0" }
    }

    /// A country code of 1–3 digits and a number of 1–4. Without a gap between them there must be more digits than
    /// the four of a car, for `ก1234` may as well be a car that lost a letter.
    private static func isDiplomatic(_ content: PlateScalars) -> Bool {
        guard ["ท", "พ", "ก", "อ"].contains(content.scalars[0]) else { return false }
        let digits = content.scalars.count - 1
        let gaps = content.gaps & ((1 << UInt64(content.scalars.count)) - 1) & ~0b11
        guard gaps != 0 else { return digits >= 5 }
        let code = gaps.trailingZeroBitCount - 1
        return gaps.nonzeroBitCount == 1 && code <= 3 && digits - code <= 4
    }

    /// The words people write for the emblem of the police (shield), army (wheel), and air force (wings), before a
    /// number. From common use, not from the law.
    private static func hasEmblem(_ scalars: [Unicode.Scalar]) -> Bool {
        for emblem in ["โล่", "กงจักร", "ปีก"] where scalars.starts(with: emblem.unicodeScalars) {
            let number = scalars.dropFirst(emblem.unicodeScalars.count)
            return !number.isEmpty && number.allSatisfy(\.isDigit)
        }
        return false
    }
}
