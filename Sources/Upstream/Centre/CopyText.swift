import Domain

/// Rows in the text format of COPY: columns between tabs, rows between line feeds, `\N` for NULL.
///
/// What could end a column or a row is written with a backslash. A NUL cannot be in a text of PostgreSQL at all; it is
/// sent as it is, and the server refuses the row for it.
struct CopyText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isFirst = true
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { bytes.append(UInt8(ascii: "\t")) }
    }

    private mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func null() {
        separate()
        put("\\N")
    }

    mutating func value(_ text: String?) {
        guard var text else { return null() }
        separate()
        text.withUTF8 { escape($0) }
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for place in text.indices {
            let letter: UInt8
            switch text[place] {
            case UInt8(ascii: "\\"): letter = UInt8(ascii: "\\")
            case UInt8(ascii: "\t"): letter = UInt8(ascii: "t")
            case UInt8(ascii: "\n"): letter = UInt8(ascii: "n")
            case UInt8(ascii: "\r"): letter = UInt8(ascii: "r")
            default: continue
            }
            bytes.append(contentsOf: text[start..<place])
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(letter)
            start = place + 1
        }
        bytes.append(contentsOf: text[start...])
    }

    mutating func value(_ number: Int64?) {
        guard let number else { return null() }
        separate()
        bytes.append(contentsOf: "\(number)".utf8)
    }

    mutating func value(_ number: Double?) {
        guard let number, number.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: "\(number)".utf8)
    }

    mutating func value(_ truth: Bool) {
        separate()
        bytes.append(UInt8(ascii: truth ? "t" : "f"))
    }

    /// `\\x…`: the backslash itself is escaped.
    mutating func value(_ binary: [UInt8]?) {
        guard let binary else { return null() }
        separate()
        put("\\\\x")
        for byte in binary {
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// `{"a","b"}`
    mutating func value(_ list: [String]) {
        let items = list.map { item in
            "\"" + item.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
        }
        value("{" + items.joined(separator: ",") + "}")
    }

    mutating func value(_ instant: Instant?) {
        guard let instant else { return null() }
        separate()
        CentreTime.append(instant, to: &bytes)
    }
}
