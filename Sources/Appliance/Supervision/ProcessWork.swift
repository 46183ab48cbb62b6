import CLinuxCalls

/// What a process has done since it began, enough to tell working from hanging.
struct ProcessWork: Sendable, Equatable {
    /// Time that processors have spent on it.
    var computing: Duration
    /// Blocks that it had read from disks and written to them.
    var blocks: Int

    /// This process.
    static var now: ProcessWork {
        let work = lpr_process_work()
        return ProcessWork(computing: .microseconds(work.computing), blocks: Int(work.blocks))
    }

    /// Whether it has done more than looking at the clock.
    func hasAdvanced(since earlier: ProcessWork) -> Bool {
        blocks != earlier.blocks || computing - earlier.computing >= .milliseconds(20)
    }
}
