#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What Linux counts about a process.
struct ProcessFacts {
    let identifier: Int32

    /// Memory that is resident, MB of 10⁶ bytes.
    func residentMegabytes() throws(BenchmarkError) -> Double {
        try Double(number("VmRSS:", in: "status")) * 1_024 / 1e6
    }

    /// The most that was ever resident.
    func peakResidentMegabytes() throws(BenchmarkError) -> Double {
        try Double(number("VmHWM:", in: "status")) * 1_024 / 1e6
    }

    /// Bytes that it made the disk write: whole pages of files, as often as they became dirty.
    func writtenBytes() throws(BenchmarkError) -> Double {
        try Double(number("write_bytes:", in: "io"))
    }

    /// Calls by which it wrote to files and connections.
    func writeCalls() throws(BenchmarkError) -> Double {
        try Double(number("syscw:", in: "io"))
    }

    /// Time that it spent on processors, in user mode and in the kernel.
    func processorSeconds() throws(BenchmarkError) -> Double {
        // The name of the program stands in brackets and may hold anything; utime and stime are fields 14 and 15.
        let text = try FileText.read("/proc/\(identifier)/stat")
        let words = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard words.count > 12, let user = Double(words[11]), let kernel = Double(words[12]) else {
            throw BenchmarkError("/proc/\(identifier)/stat has no times")
        }
        return (user + kernel) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The same of this process.
    static var ownProcessorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + microseconds / 1e6
    }

    private func number(_ name: String, in file: String) throws(BenchmarkError) -> Int {
        let path = "/proc/\(identifier)/\(file)"
        for line in try FileText.read(path).split(separator: "\n") where line.hasPrefix(name) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count > 1, let number = Int(words[1]) { return number }
        }
        throw BenchmarkError("\(path) has no \(name)")
    }
}
