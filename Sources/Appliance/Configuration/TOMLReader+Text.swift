// Bytes, white space, names and the ends of lines.

extension TOMLReader {
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func advance() {
        guard let byte = current else { return }
        if byte == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    func refusal(_ wrong: String, _ right: String) -> Refusal { Refusal(line: line, wrong: wrong, right: right) }

    var tooDeep: Refusal { refusal("is nested too deeply", "write [section] and key = value") }

    /// Letters, digits, `_` and `-`: what a name may have without quotation marks.
    static func isBare(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    func isAt(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    mutating func skipBlanks() {
        while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { advance() }
    }

    /// Goes over blanks, comments and line ends to what comes next.
    mutating func skipToContent() throws(Refusal) {
        while true {
            skipBlanks()
            if current == UInt8(ascii: "#") { try skipComment() }
            if current == UInt8(ascii: "\n") {
                advance()
            } else if isAt("\r\n") {
                position += 1
                advance()
            } else {
                return
            }
        }
    }

    /// After a header or a value only a comment may stand on the line.
    mutating func endOfLine() throws(Refusal) {
        skipBlanks()
        if current == UInt8(ascii: "#") { try skipComment() }
        guard current == nil || current == UInt8(ascii: "\n") || isAt("\r\n") else {
            throw refusal(
                "has more after the end of the value or section",
                "put text in quotation marks, and each setting on its own line"
            )
        }
    }

    private mutating func skipComment() throws(Refusal) {
        while let byte = current, byte != UInt8(ascii: "\n"), !isAt("\r\n") {
            try refuseControl(byte)
            advance()
        }
    }

    /// Control characters other than the tab have no place in TOML.
    func refuseControl(_ byte: UInt8) throws(Refusal) {
        guard byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t") else {
            throw refusal("contains a control character", "remove it; the file must be plain text")
        }
    }

    /// Reads `a."b".c` and the blanks behind it.
    mutating func name() throws(Refusal) -> [String] {
        var parts: [String] = []
        while true {
            guard parts.count < Self.deepest else { throw tooDeep }
            if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") {
                guard !isAt("\"\"\""), !isAt("'''") else { throw noName }
                parts.append(try string())
            } else {
                let start = position
                while let byte = current, Self.isBare(byte) { advance() }
                guard position > start else { throw noName }
                parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
            }
            skipBlanks()
            guard current == UInt8(ascii: ".") else { return parts }
            advance()
            skipBlanks()
        }
    }

    private var noName: Refusal {
        refusal("has no name where one must be", "write [section] or key = value, with letters, digits, _ and -")
    }
}
