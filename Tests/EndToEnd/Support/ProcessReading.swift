#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What Linux knows about a running process.
struct ProcessReading {
    /// The most memory that it had at one time, bytes.
    let peakMemory: Int
    /// What it has computed so far.
    let processorTime: Duration

    /// - Throws: `TestFailure` when the process is gone.
    init(of pid: pid_t) throws {
        guard let status = contents(of: "/proc/\(pid)/status"), let times = contents(of: "/proc/\(pid)/stat") else {
            throw TestFailure("there is no process \(pid)")
        }
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kilobytes = line?.split(separator: " ").dropLast().last.flatMap({ Int($0) }) else {
            throw TestFailure("process \(pid) has no memory")
        }
        peakMemory = kilobytes << 10
        // The name, which may hold anything, ends with the last parenthesis; user and system time are 14th and 15th.
        let fields = String(decoding: times, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            throw TestFailure("process \(pid) has no times")
        }
        processorTime = .milliseconds((user + system) * 1_000 / Int(sysconf(Int32(_SC_CLK_TCK))))
    }
}
