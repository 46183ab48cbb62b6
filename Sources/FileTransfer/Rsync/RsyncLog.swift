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

    /// - Returns: the names in these bytes, in their order.
    mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
        var names: [String] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.lineLimit { line.append(byte) } else { isTooLong = true }
                continue
            }
            if !isTooLong, let name = Self.name(in: line[...]) { names.append(name) }
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        return names
    }

    /// Nil for lines about anything else than a received file.
    private static func name(in line: ArraySlice<UInt8>) -> String? {
        guard let bracket = line.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let rest = line[bracket...].dropFirst(2)
        guard rest.count > 12, rest.dropFirst().first == UInt8(ascii: "f"),
            [UInt8(ascii: ">"), UInt8(ascii: "<")].contains(rest.first),
            let space = rest.firstIndex(of: UInt8(ascii: " "))
        else { return nil }
        return String(validating: rest[space...].dropFirst(), as: UTF8.self)
    }
}
