#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a process has done since it began, enough to tell working from hanging.
struct ProcessWork: Sendable, Equatable {
    /// Time that processors have spent on it.
    var computing: Duration
    /// Blocks that it had read from disks and written to them.
    var blocks: Int

    /// This process.
    static var now: ProcessWork {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let times = [usage.ru_utime, usage.ru_stime]
        return ProcessWork(
            computing: times.reduce(.zero) { $0 + .seconds($1.tv_sec) + .microseconds($1.tv_usec) },
            blocks: Int(usage.ru_inblock) + Int(usage.ru_oublock))
    }

    /// Whether it has done more than looking at the clock.
    func hasAdvanced(since earlier: ProcessWork) -> Bool {
        blocks != earlier.blocks || computing - earlier.computing >= .milliseconds(20)
    }
}
