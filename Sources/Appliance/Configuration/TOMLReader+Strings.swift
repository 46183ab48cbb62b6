// Strings of the four kinds: "basic", 'literal', and both over several lines in three quotation marks.

extension TOMLReader {
    /// Reads the string that begins here.
    mutating func string() throws(Refusal) -> String {
        if isAt("\"\"\"") || isAt("'''") { return try longString() }
        let quote = current
        let hasEscapes = quote == UInt8(ascii: "\"")
        advance()
        var content: [UInt8] = []
        while let byte = current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
            if byte == quote {
                advance()
                return String(decoding: content, as: UTF8.self)
            }
            try refuseControl(byte)
            if byte == UInt8(ascii: "\\"), hasEscapes {
                content += try escape()
            } else {
                content.append(byte)
                advance()
            }
        }
        throw refusal("has a text without closing quotation mark", "close it on the same line")
    }

    private mutating func longString() throws(Refusal) -> String {
        let start = line
        let quote = bytes[position]
        let hasEscapes = quote == UInt8(ascii: "\"")
        position += 3
        // A line end directly behind the opening is not part of the text.
        if isAt("\r\n") { position += 1 }
        if current == UInt8(ascii: "\n") { advance() }
        var content: [UInt8] = []
        while let byte = current {
            if byte == quote {
                let run = bytes[position...].prefix { $0 == quote }.count
                if run >= 3 {
                    // Up to two more quotation marks belong to the text.
                    guard run <= 5 else { throw refusal("has too many quotation marks", "remove some") }
                    content += [UInt8](repeating: quote, count: run - 3)
                    position += run
                    return String(decoding: content, as: UTF8.self)
                }
            }
            if byte == UInt8(ascii: "\\"), hasEscapes {
                if !skipEscapedLineEnd() { content += try escape() }
                continue
            }
            if byte != UInt8(ascii: "\n"), !isAt("\r\n") { try refuseControl(byte) }
            content.append(byte)
            advance()
        }
        throw Refusal(
            line: start,
            wrong: "begins a text of several lines that never ends",
            right: "close it with three quotation marks"
        )
    }

    /// A backslash at the end of a line takes away the line end and all blanks and line ends behind it.
    private mutating func skipEscapedLineEnd() -> Bool {
        let isSpace = { (byte: UInt8) in
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
                || byte == UInt8(ascii: "\n")
        }
        let spaces = bytes[(position + 1)...].prefix(while: isSpace)
        guard let lineEnd = spaces.firstIndex(of: UInt8(ascii: "\n")),
            spaces[..<lineEnd].dropLast().allSatisfy({ $0 != UInt8(ascii: "\r") })
        else { return false }
        while position < spaces.endIndex { advance() }
        return true
    }

    private mutating func escape() throws(Refusal) -> [UInt8] {
        advance()
        let kind = current
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0a, UInt8(ascii: "f"): 0x0c,
            UInt8(ascii: "r"): 0x0d, UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c,
        ]
        if let kind, let byte = simple[kind] {
            advance()
            return [byte]
        }
        let width = kind == UInt8(ascii: "u") ? 4 : 8
        let digits = bytes[position...].dropFirst().prefix(width)
        guard kind == UInt8(ascii: "u") || kind == UInt8(ascii: "U"), digits.count == width,
            // The radix parser would accept a sign.
            digits.allSatisfy({ Self.isBare($0) && $0 != UInt8(ascii: "-") }),
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(number)
        else {
            throw refusal(
                "has a backslash that means nothing",
                "write \\\\ for a backslash, or use single quotation marks"
            )
        }
        position += 1 + width
        return Array(String(scalar).utf8)
    }
}
