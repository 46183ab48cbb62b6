/// A mounted file system: a line of `/proc/self/mountinfo` (proc(5)).
///
///     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
///           │          │     │                     │    │         │
///      device      point   options              kind   source     more options
struct Mount: Sendable, Hashable {
    /// `MAJOR:MINOR`; the major number is 0 where no block device is below it.
    let device: String
    let point: String
    let kind: String
    let source: String
    /// `name` or `name=value`.
    let options: [String]

    init?(_ line: some StringProtocol) {
        let fields = line.split(separator: " ").map { Self.unescaped($0) }
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 2 else { return nil }
        device = fields[2]
        point = fields[4]
        kind = fields[dash + 1]
        source = fields[dash + 2]
        options = [fields[5]].appending(fields.count > dash + 3 ? fields[dash + 3] : nil)
            .flatMap { $0.split(separator: ",").map(String.init) }
    }

    func value(of option: String) -> String? {
        options.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
    }

    /// The mount that holds `path`, which has to be absolute and without links: the deepest one, and of several at one
    /// point the one on top.
    static func holding(_ path: String, _ files: SystemFiles) -> Mount? {
        let all = files.text("/proc/self/mountinfo")?.split(separator: "\n").compactMap { Mount($0) } ?? []
        let holding = all.filter { mount in
            mount.point == "/" || path == mount.point || path.hasPrefix(mount.point + "/")
        }
        let depth = holding.map(\.point.utf8.count).max()
        return holding.last { $0.point.utf8.count == depth }
    }

    /// Blanks are written as `\040`.
    private static func unescaped(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3,
                let number = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(number)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [String] {
    fileprivate func appending(_ element: String?) -> [String] { self + [element].compactMap { $0 } }
}
