// Everything that may stand behind an equals sign.

extension TOMLReader {
    /// Reads a value that is no `{ }`.
    mutating func value(depth: Int) throws(Refusal) -> ConfigurationRawValue {
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): .string(try string())
        case UInt8(ascii: "["): try list(depth: depth + 1)
        default: try word()
        }
    }

    private mutating func list(depth: Int) throws(Refusal) -> ConfigurationRawValue {
        guard depth <= Self.deepest else { throw tooDeep }
        let start = line
        var elements: [ConfigurationRawValue] = []
        advance()
        while true {
            try skipToContent()
            guard current != UInt8(ascii: "]") else { break }
            if current == UInt8(ascii: "{") {
                // Read for its errors only, apart from the document: no key takes a list of groups.
                var group = TOMLReader(bytes)
                (group.position, group.line) = (position, line)
                try group.inlineTable(at: ["element"], depth: depth + 1)
                (position, line) = (group.position, group.line)
                elements.append(.other("a section"))
            } else if current != nil {
                elements.append(try value(depth: depth))
            }
            try skipToContent()
            guard current == UInt8(ascii: ",") else { break }
            advance()
        }
        guard current == UInt8(ascii: "]") else {
            throw Refusal(
                line: current == nil ? start : line,
                wrong: "has a list that is not closed",
                right: "write [\"a\", \"b\"] with commas between"
            )
        }
        advance()
        return .list(elements)
    }

    /// Reads `{ a = 1, b = 2 }`, whose keys become statements below `path`.
    mutating func inlineTable(at path: [String], depth: Int) throws(Refusal) {
        guard depth <= Self.deepest else { throw tooDeep }
        advance()
        skipBlanks()
        if current == UInt8(ascii: "}") {
            advance()
            return
        }
        while true {
            skipBlanks()
            try assignment(in: path, depth: depth)
            skipBlanks()
            guard current == UInt8(ascii: ",") else { break }
            advance()
        }
        guard current == UInt8(ascii: "}") else {
            throw refusal("has braces that are not closed", "write { a = 1, b = 2 } on one line")
        }
        advance()
    }

    /// Reads a number, a truth value, a date or a time.
    private mutating func word() throws(Refusal) -> ConfigurationRawValue {
        let start = position
        while let byte = current, Self.isBare(byte) || "+.:".utf8.contains(byte) { advance() }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        if word == "true" || word == "false" { return .boolean(word == "true") }
        if let digits = Self.integerDigits(word) {
            guard let number = Int(digits.text, radix: digits.radix) else {
                throw refusal("has a number that is too large", "write a smaller one")
            }
            return .integer(number)
        }
        if Self.isFraction(word) { return .other("a number with a fraction") }
        if Self.isDateOrTime(word) { return .other("a date or time") }
        guard !word.isEmpty else { throw refusal("has no value where one must be", "write key = value") }
        // The word is not shown, as it may be a password that lacks its quotation marks.
        throw refusal("has a value that is neither a number nor in quotation marks", "write text as \"text\"")
    }

    /// The digits of an integer without underscores.
    private static func integerDigits(_ word: String) -> (text: String, radix: Int)? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
            let digits = word.dropFirst(2)
            return isSeparatedDigits(digits, radix: radix) ? (digits.filter { $0 != "_" }, radix) : nil
        }
        let digits = word.drop { $0 == "+" || $0 == "-" }
        guard word.count - digits.count <= 1, isSeparatedDigits(digits, radix: 10) else { return nil }
        guard digits == "0" || !digits.hasPrefix("0") else { return nil }
        return (word.filter { $0 != "_" }, 10)
    }

    /// Underscores stand between digits only.
    private static func isSeparatedDigits(_ text: Substring, radix: Int) -> Bool {
        text.split(separator: "_", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.hexDigitValue ?? radix) < radix }
        }
    }

    private static func isFraction(_ word: String) -> Bool {
        let unsigned = word.drop { $0 == "+" || $0 == "-" }
        guard word.count - unsigned.count <= 1 else { return false }
        if unsigned == "inf" || unsigned == "nan" { return true }
        let isNumeric = unsigned.allSatisfy { $0.isASCII && ($0.isNumber || "._+-eE".contains($0)) }
        return isNumeric && unsigned.first?.isNumber == true && Double(unsigned.filter { $0 != "_" }) != nil
            && (unsigned.contains(".") || unsigned.contains("e") || unsigned.contains("E"))
    }

    private static func isDateOrTime(_ word: String) -> Bool {
        let shape = word.map { $0.isNumber ? "9" : $0 }
        return shape.starts(with: "9999-99-99") || shape.starts(with: "99:99:99")
    }
}
