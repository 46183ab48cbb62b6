/// The content of a configuration file: what was set, by name and with its line, before anything is checked.
struct ConfigurationDocument {
    /// One `key = value`.
    struct Entry: Hashable {
        /// The section it stands in, `nil` above all sections.
        var section: String?
        /// `section.key`.
        var name: String
        var value: ConfigurationRawValue
        /// Counted from 1.
        var line: Int
    }

    /// The sections, also empty ones, by their first mention.
    private(set) var sections: [(name: String, line: Int)] = []
    /// In the order of the file.
    private(set) var entries: [Entry] = []

    /// Parses TOML.
    ///
    /// - Parameter path: Only names the file in problems.
    init(parsing bytes: [UInt8], path: String) throws(ConfigurationProblem) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            let line = Self.firstLineOfInvalidText(bytes)
            throw ConfigurationFile.problem(path, line: line, "is not valid UTF-8", "save the file as UTF-8")
        }
        var reader = TOMLReader(bytes)
        do {
            try reader.readDocument()
        } catch {
            throw ConfigurationFile.problem(path, line: error.line, error.wrong, error.right)
        }
        collect(reader.statements)
    }

    private mutating func collect(_ statements: [TOMLReader.Statement]) {
        var knownSections: Set<String> = []
        var groups: Set<String> = []
        for statement in statements {
            let parts = statement.path.map(Self.name(of:))
            let isKeyAboveSections = parts.count == 1 && statement.value != nil
            if !isKeyAboveSections, knownSections.insert(parts[0]).inserted {
                sections.append((parts[0], statement.line))
            }
            let section = isKeyAboveSections ? nil : parts[0]
            let name = parts.prefix(2).joined(separator: ".")
            if parts.count > 2 || (parts.count == 2 && statement.value == nil) {
                // No key is a group of keys: the first mention tells all there is to say about one.
                guard groups.insert(name).inserted else { continue }
                entries.append(Entry(section: section, name: name, value: .other("a section"), line: statement.line))
            } else if let value = statement.value {
                entries.append(Entry(section: section, name: name, value: value, line: statement.line))
            }
        }
    }

    /// A part of a name, quoted when it is more than letters, digits, `_` and `-`, so that a dot inside never looks
    /// like the one between section and key.
    private static func name(of part: String) -> String {
        !part.isEmpty && part.utf8.allSatisfy(TOMLReader.isBare) ? part : QuotedText.literal(part)
    }

    private static func firstLineOfInvalidText(_ bytes: [UInt8]) -> Int? {
        // No byte within a character of several bytes is a line feed, so lines can be judged alone.
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
    }
}
