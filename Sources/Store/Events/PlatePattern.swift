/// A plate with wildcards (`*` any characters, `?` one), made ready for SQLite's GLOB and for the trigram index.
struct PlatePattern {
    /// In GLOB's words, with its own special characters made literal.
    let glob: String
    /// The literal runs between the wildcards.
    private let runs: [String]
    private let startsLiterally: Bool

    init(_ pattern: String) {
        var glob = ""
        var runs = [""]
        for character in pattern.unicodeScalars {
            switch character {
            case "*", "?":
                glob.unicodeScalars.append(character)
                if runs.last != "" { runs.append("") }
            case "[":
                glob += "[[]"
                runs[runs.count - 1] += "["
            default:
                glob.unicodeScalars.append(character)
                runs[runs.count - 1].unicodeScalars.append(character)
            }
        }
        self.glob = glob
        self.runs = runs.filter { !$0.isEmpty }
        startsLiterally = pattern.unicodeScalars.first.map { $0 != "*" && $0 != "?" } ?? false
    }

    /// Anything that contains `part`, which has no wildcards.
    init(containing part: String) {
        var escaped = ""
        for scalar in part.unicodeScalars {
            switch scalar {
            case "[", "*", "?": escaped += "[\(scalar)]"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        glob = "*\(escaped)*"
        runs = part.isEmpty ? [] : [part]
        startsLiterally = false
    }

    /// All texts that begin with the first run, by SQLite's binary order, which is the order of UTF-8.
    var prefixRange: (lower: String, upper: String)? {
        guard startsLiterally, let first = runs.first else { return nil }
        return (first, first + "\u{10FFFF}")
    }

    /// A query for the trigram index: every trigram of every run. The index keeps no positions (`detail = none`), so
    /// that hits are candidates that GLOB still has to confirm. Nil when no run has three characters.
    var trigramMatch: String? {
        var trigrams: [String] = []
        for run in runs {
            let scalars = Array(run.unicodeScalars)
            guard scalars.count >= 3 else { continue }
            for start in 0...scalars.count - 3 {
                var trigram = ""
                trigram.unicodeScalars.append(contentsOf: scalars[start..<start + 3])
                trigrams.append("\"" + trigram.replacing("\"", with: "\"\"") + "\"")
            }
        }
        return trigrams.isEmpty ? nil : trigrams.prefix(64).joined(separator: " AND ")
    }
}
