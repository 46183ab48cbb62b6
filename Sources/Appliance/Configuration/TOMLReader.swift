/// Reads TOML 1.0, with the line of every key and with errors for people who have never heard of TOML.
///
/// Left out is what no configuration of the appliance needs: lists of sections (`[[name]]`). Numbers with a fraction,
/// truth values and dates are told apart, but not valued. Depth is bounded, so recursion is.
///
/// Needs valid UTF-8.
struct TOMLReader {
    /// One `key = value`, or a header.
    struct Statement: Hashable {
        /// Never empty, and counted from the top of the document.
        var path: [String]
        /// `nil` for a header and for `{ }`, whose keys are statements of their own.
        var value: ConfigurationRawValue?
        var line: Int
    }

    /// Why and where a text is no TOML.
    struct Refusal: Error {
        /// Counted from 1.
        var line: Int
        var wrong: String
        var right: String
    }

    /// How many parts a name may have, and how deep lists may nest. A configuration needs two.
    static let deepest = 32

    private(set) var statements: [Statement] = []
    let bytes: [UInt8]
    var position = 0
    var line = 1

    /// Everything that has a value.
    private var values: Set<[String]> = []
    /// Everything that keys were put into: by a header, by `a.b = 1`, or by `a = { }`.
    private var groups: Set<[String]> = []
    /// The groups that have had their header, their braces or their dots and may not be opened by a header again.
    private var closed: Set<[String]> = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark is no part of the first line.
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    }

    /// Reads everything into ``statements``.
    mutating func readDocument() throws(Refusal) {
        var section: [String] = []
        while true {
            try skipToContent()
            guard let byte = current else { return }
            if byte == UInt8(ascii: "[") {
                section = try header()
            } else {
                try assignment(in: section)
            }
            try endOfLine()
        }
    }

    private mutating func header() throws(Refusal) -> [String] {
        let start = line
        advance()
        guard current != UInt8(ascii: "[") else {
            throw refusal("has a list of sections", "write the name in single brackets: [name]")
        }
        skipBlanks()
        let path = try name()
        guard current == UInt8(ascii: "]") else {
            throw refusal("has a section without closing bracket", "write [name] alone on its line")
        }
        advance()
        for count in 1...path.count {
            let part = Array(path.prefix(count))
            guard !values.contains(part) else { throw alreadySet(part) }
            groups.insert(part)
        }
        guard closed.insert(path).inserted else {
            throw refusal(
                "opens the section \(shown(path)) a second time",
                "put all keys of a section below one header"
            )
        }
        statements.append(Statement(path: path, value: nil, line: start))
        return path
    }

    /// Reads `key = value`.
    ///
    /// - Parameter base: The path that the key is counted from.
    mutating func assignment(in base: [String], depth: Int = 0) throws(Refusal) {
        let start = line
        let key = try name()
        let path = base + key
        guard path.count <= Self.deepest else { throw tooDeep }
        guard current == UInt8(ascii: "=") else {
            throw refusal("has no = after \(shown(key))", "write key = value")
        }
        advance()
        skipBlanks()
        for count in base.count..<path.count where count > base.count {
            let part = Array(path.prefix(count))
            guard !values.contains(part) else { throw alreadySet(part) }
            groups.insert(part)
            closed.insert(part)
        }
        guard !values.contains(path), !groups.contains(path) else { throw alreadySet(path) }
        if current == UInt8(ascii: "{") {
            groups.insert(path)
            closed.insert(path)
            statements.append(Statement(path: path, value: nil, line: start))
            try inlineTable(at: path, depth: depth + 1)
        } else {
            let value = try value(depth: depth)
            values.insert(path)
            statements.append(Statement(path: path, value: value, line: start))
        }
    }

    private func alreadySet(_ path: [String]) -> Refusal {
        refusal("sets \(shown(path)) a second time", "keep one of the lines")
    }

    private func shown(_ path: [String]) -> String {
        QuotedText.shortened(path.joined(separator: "."))
    }
}
