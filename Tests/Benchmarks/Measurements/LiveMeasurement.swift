/// A thousand pages that look on while events come in: from the commit to the last of them.
///
/// The commit's time is the event's `created_at`, the clock of this machine when the event's transaction began, so that
/// what is measured has the transaction's own time in it, the fsync too: the commit itself is later. Beside it stands
/// the time from the answer to the POST, which leaves after the commit: the truth lies between the two.
struct LiveMeasurement {
    /// How long stragglers are waited for when all events are sent, microseconds.
    private static let patience: Int64 = 5_000_000

    /// What the sockets subscribe to, in words.
    private let name: String
    /// Nil for everything, as the page does: then each event is two frames.
    private let subscription: String?

    static let events = LiveMeasurement(name: "new events only", subscription: "lpr_event_received")
    static let everything = LiveMeasurement(name: "everything", subscription: nil)

    func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let count = options.socketCount
        // Those of the appliance, then both ends of the bare writes.
        try OpenFiles.allow(3 * count + 256)
        let scratch = try ScratchDirectory(below: options.directory)
        // The default is 1,024; the connections that send are beside those that look on.
        let room = "\(max(1_024, count + 64))"
        let appliance = try Appliance(
            options, directory: scratch.path,
            settings: ["LPR_HTTP_MAX_CONNECTIONS": room, "LPR_LIVE_MAX_CONNECTIONS": room])
        let keys = try appliance.deviceKeys()
        let poller = try Poller()
        let readers = try Readers(
            count, port: appliance.port, key: try appliance.viewerKey(), subscription: subscription)
        try readers.watch(poller)
        try Self.subscribe(readers, poller)
        let memoryBefore = try appliance.facts.residentMegabytes()

        let seconds = options.roundSeconds * options.rounds
        let total = options.liveRate * seconds
        let bytesBefore = readers.byteCount
        let writesBefore = try appliance.facts.writeCalls()
        let usedBefore = try appliance.facts.processorSeconds()
        let ownBefore = ProcessFacts.ownProcessorSeconds
        let sender = try SteadySender(
            total, perSecond: options.liveRate, port: appliance.port, keys: keys, poller: poller, firstNumber: count)
        try Self.send(sender, readers, poller)
        let used = try appliance.facts.processorSeconds() - usedBefore
        let own = ProcessFacts.ownProcessorSeconds - ownBefore
        let writes = try max(appliance.facts.writeCalls() - writesBefore, 1)
        let bytes = Double(readers.byteCount - bytesBefore) / writes

        tell(readers, sender, total, &report)
        let memory = try appliance.facts.peakResidentMegabytes()
        report.absolute("  memory, peak", memory, "MB", .below(150))
        report.note("  memory before the first event", memoryBefore, "MB")
        report.note("  cores that the appliance uses", used / Double(seconds), "")
        let bare = try BareWrites.microseconds(connections: count, bytes: Int(bytes))
        report.note("  its processor time for a write", used / writes * 1e6, "µs")
        report.note("  bare writes of \(Number.text(bytes)) bytes", bare, "µs")
        let part = bare / (used / writes * 1e6)
        if options.liveRate > 100 {
            // By then much of the work is to take the events in.
            report.note("  bare writes as part of all its work", part, "")
        } else {
            report.strict("  bare writes as part of all its work", part, "", .atLeast(0.2))
        }
        report.note("  load average of the machine, one minute", MachineFacts.loadAverage, "")
        report.note("  cores that the readers use", own / Double(seconds), "")
        let stop = try appliance.stop()
        report.check("  exit code of the stop", stop.exitCode == 0, "\(stop.exitCode)", expected: "0")
    }

    private static func subscribe(_ readers: Readers, _ poller: Poller) throws(BenchmarkError) {
        let end = WallTime.now + 20_000_000
        while readers.subscribedCount < readers.count {
            guard WallTime.now < end else {
                throw BenchmarkError("\(readers.subscribedCount) of \(readers.count) WebSockets are subscribed")
            }
            try poller.wait(until: end) { number throws(BenchmarkError) in try readers.read(number) }
        }
    }

    private static func send(_ sender: SteadySender, _ readers: Readers, _ poller: Poller) throws(BenchmarkError) {
        var lastProgress = WallTime.now
        while !sender.isDone || readers.heardSum < sender.createdCount * readers.count {
            let frames = readers.heardSum
            try sender.sendDue()
            try poller.wait(until: min(sender.nextTime, WallTime.now + 100_000)) { number throws(BenchmarkError) in
                if number < readers.count { try readers.read(number) } else { try sender.read(number) }
            }
            if readers.heardSum > frames { lastProgress = WallTime.now }
            guard WallTime.now - lastProgress < patience else { return }
        }
    }

    private func tell(_ readers: Readers, _ sender: SteadySender, _ total: Int, _ report: inout Report) {
        let times = readers.lastTimes
        let last = times.map { Double($0.last - $0.createdAt) / 1e3 }
        let fromAnswer = times.compactMap { time in
            sender.answeredAt[time.createdAt].map { Double(time.last - $0) / 1e3 }
        }
        report.absolute(
            "commit to the last of \(readers.count) sockets, \(name), p99", last.percentile(99), "ms", .below(100))
        report.note("  its median", last.median, "ms")
        report.note("  its maximum", last.percentile(100), "ms")
        report.note("  from the answer to the POST, p99", fromAnswer.percentile(99), "ms")
        report.note("  from the answer to the POST, median", fromAnswer.median, "ms")
        report.note("  to each socket, p99", readers.delays.percentile(99), "ms")
        report.note("  to each socket, median", readers.delays.percentile(50), "ms")
        report.note("  answer to a POST meanwhile, p99", sender.answerTimes.percentile(99), "ms")
        report.check(
            "  events that were no success", sender.failureCount == 0, "\(sender.failureCount)", expected: "0")
        report.check(
            "  events heard by every socket",
            readers.completeCount == total && readers.heardCount == total,
            "\(readers.completeCount)", expected: "\(total)")
        report.check(
            "  frames twice, out of order, or missed", readers.disorderCount + readers.missedCount == 0,
            "\(readers.disorderCount + readers.missedCount)", expected: "0")
    }
}
