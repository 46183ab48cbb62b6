/// Reads the child's log: the names of the files that it has received.
///
///     2026/11/24 20:33:12 [4711] >f+++++++++ gate/1.jpg
///
/// rsync writes a line before it gives the file its last name. So a name counts as soon as the next one comes, and the
/// last one when the log ends.
struct RsyncLog {
    private static let lineLimit = 8 * 1_024

    private var line: [UInt8] = []
    private var isTooLong = false

    /// - Returns: the names in these bytes, in their order; nil for one that is no UTF-8 or far too long.
    mutating func add(_ bytes: some Sequence<UInt8>) -> [String?] {
        var names: [String?] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.lineLimit { line.append(byte) } else { isTooLong = true }
                continue
            }
            if let name = Self.name(in: line[...]) {
                names.append(isTooLong ? nil : String(validating: Self.plain(name), as: UTF8.self))
            }
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        return names
    }

    /// Without rsync's escapes: `\#` and three octal digits stand for a byte that it does not like to show.
    private static func plain(_ name: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = name
        while let byte = rest.popFirst() {
            let digits = rest.dropFirst().prefix(3)
            guard byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "#"), digits.count == 3,
                digits.allSatisfy({ (0x30...0x37).contains($0) })
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }))
            rest = rest.dropFirst(4)
        }
        return bytes
    }

    /// Nil for lines about anything else than a received file.
    private static func name(in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let bracket = line.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let rest = line[bracket...].dropFirst(2)
        guard rest.count > 12, rest.dropFirst().first == UInt8(ascii: "f"),
            [UInt8(ascii: ">"), UInt8(ascii: "<")].contains(rest.first),
            let space = rest.firstIndex(of: UInt8(ascii: " "))
        else { return nil }
        return rest[space...].dropFirst()
    }
}
