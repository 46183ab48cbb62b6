#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How busy the box is, read from Linux's `/proc` (proc(5)). A number that cannot be read is nil.
public struct SystemReading: Sendable {
    /// Clock ticks since the start of the box, of all cores together: those that worked, and all.
    public let busyTicks: UInt64?
    public let allTicks: UInt64?
    /// Processes that ran or waited for a core, on average of the last minute.
    public let loadOneMinute: Double?
    public let memoryTotalBytes: Int64?
    public let memoryAvailableBytes: Int64?
    /// The memory of this process that is in RAM.
    public let processBytes: Int64?

    /// - Parameter proc: where `/proc` is; a folder with the same files in tests.
    public static func now(proc: String = "/proc") -> SystemReading {
        let ticks = ProcText("\(proc)/stat").numbers(after: "cpu ")
        // user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user time already.
        let all = ticks.prefix(8).reduce(0, &+)
        let idle = ticks.count >= 5 ? ticks[3] &+ ticks[4] : 0
        let memory = ProcText("\(proc)/meminfo")
        let pages = ProcText("\(proc)/self/statm").words.dropFirst().first.flatMap { Int64($0) }
        return SystemReading(
            busyTicks: ticks.count >= 5 ? all - idle : nil, allTicks: ticks.count >= 5 ? all : nil,
            loadOneMinute: ProcText("\(proc)/loadavg").words.first.flatMap { Double($0) },
            memoryTotalBytes: memory.numbers(after: "MemTotal:").first.map { Int64($0) << 10 },
            memoryAvailableBytes: memory.numbers(after: "MemAvailable:").first.map { Int64($0) << 10 },
            processBytes: pages.map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) })
    }

    /// How much of all cores worked since an earlier reading, 0…100; nil when nothing can be said.
    public func busyPercent(since earlier: SystemReading) -> Double? {
        guard let busyTicks, let allTicks, let busyBefore = earlier.busyTicks, let allBefore = earlier.allTicks,
            allTicks > allBefore, busyTicks >= busyBefore
        else { return nil }
        return min(100, Double(busyTicks - busyBefore) / Double(allTicks - allBefore) * 100)
    }
}

/// The text of a file below `/proc`; empty when it cannot be read.
private struct ProcText {
    private let text: String

    init(_ path: String) {
        guard let file = fopen(path, "re") else {
            text = ""
            return
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = fread(&bytes, 1, bytes.count, file)
        text = String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    var words: [Substring] { text.split(whereSeparator: \.isWhitespace) }

    /// The numbers on the line that begins with `name`.
    func numbers(after name: String) -> [UInt64] {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return [] }
        return line.dropFirst(name.count).split(separator: " ").compactMap { UInt64($0) }
    }
}
