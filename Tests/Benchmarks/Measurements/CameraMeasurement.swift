/// Two hundred field cameras on Socket.IO, an event a second from each; every second one by long polling, the others by
/// WebSocket.
final class CameraMeasurement {
    private static let cameraCount = 200
    private static let interval: Int64 = 1_000_000
    /// Signs of life are asked for more often than usual, so that a short run has some of them.
    private static let settings = [
        "LPR_INTAKE_TRUSTED_NETWORKS": "127.0.0.1/32", "LPR_LIVE_PING_INTERVAL": "2s",
    ]
    private static let patience: Int64 = 10_000_000

    private let poller: Poller
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private var cameras: [Camera] = []
    private var links: [any CameraLink] = []

    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        try OpenFiles.allow(2 * cameraCount + 256)
        let scratch = try ScratchDirectory(below: options.directory)
        let appliance = try Appliance(options, directory: scratch.path, settings: settings)
        let seconds = options.roundSeconds * options.rounds
        let measurement = try CameraMeasurement(port: appliance.port)
        try measurement.connect()
        let before = try appliance.facts.processorSeconds()
        try measurement.send(seconds: seconds)
        let used = try appliance.facts.processorSeconds() - before
        let memory = try appliance.facts.peakResidentMegabytes()
        let stop = try appliance.stop()
        try measurement.tell(rows: try RawDatabase.eventCount(directory: scratch.path), &report)
        report.absolute("memory under load, \(cameraCount) cameras", memory, "MB", .below(150))
        report.note("  cores that the appliance uses", used / Double(seconds), "")
        report.note("  load average of the machine, one minute", MachineFacts.loadAverage, "")
        report.check("  exit code of the stop", stop.exitCode == 0, "\(stop.exitCode)", expected: "0")
    }

    private init(port: UInt16) throws(BenchmarkError) {
        poller = try Poller()
        for number in 0..<Self.cameraCount {
            cameras.append(Camera(number: number))
            let link: any CameraLink =
                Self.isPolling(number) ? try PollingCameraLink(port: port) : try WebSocketCameraLink(port: port)
            links.append(link)
            for (place, stream) in link.streams.enumerated() { try poller.add(stream, as: 2 * number + place) }
        }
    }

    deinit {
        buffer.deallocate()
    }

    private static func isPolling(_ number: Int) -> Bool { number.isMultiple(of: 2) }

    private func connect() throws(BenchmarkError) {
        for link in links { try link.begin() }
        let end = WallTime.now + Self.patience
        while !cameras.allSatisfy(\.isConnected) {
            guard WallTime.now < end else {
                throw BenchmarkError("\(cameras.count { $0.isConnected }) of \(cameras.count) cameras are connected")
            }
            try poller.wait(until: end) { number throws(BenchmarkError) in try read(number) }
        }
    }

    /// Each camera at its own time of the second.
    private func send(seconds: Int) throws(BenchmarkError) {
        let total = Self.cameraCount * seconds
        let start = WallTime.now
        let step = Self.interval / Int64(Self.cameraCount)
        var sent = 0
        while sent < total || cameras.contains(where: { $0.waitingCount > 0 }) {
            let isAllSent = sent == total
            let next = start + Int64(sent) * step + (isAllSent ? Self.patience : 0)
            try poller.wait(until: next) { number throws(BenchmarkError) in try read(number) }
            let now = WallTime.now
            while sent < total, start + Int64(sent) * step <= now {
                let number = sent % Self.cameraCount
                try links[number].send(cameras[number].message())
                sent += 1
            }
            if isAllSent, now >= next { return }
        }
    }

    private func read(_ number: Int) throws(BenchmarkError) {
        let camera = number / 2
        try links[camera].read(number % 2, buffer) { packet throws(BenchmarkError) in
            if let answer = try cameras[camera].receive(packet) { try links[camera].send(answer) }
        }
    }

    private func tell(rows: Int, _ report: inout Report) throws(BenchmarkError) {
        let sent = cameras.reduce(0) { $0 + $1.sentCount }
        let accepted = cameras.reduce(0) { $0 + $1.delays.count - $1.refusedCount }
        let polling = cameras.indices.filter(Self.isPolling).flatMap { cameras[$0].delays }
        let webSocket = cameras.indices.filter { !Self.isPolling($0) }.flatMap { cameras[$0].delays }
        let all = polling + webSocket
        report.absolute(
            "\(Self.cameraCount) cameras, sending to acknowledgement, p99", all.percentile(99), "ms", .below(200))
        report.note("  its median", all.median, "ms")
        report.note("  its maximum", all.percentile(100), "ms")
        report.note("  by long polling, p99", polling.percentile(99), "ms")
        report.note("  by WebSocket, p99", webSocket.percentile(99), "ms")
        report.check("  messages acknowledged", accepted == sent, "\(accepted)", expected: "\(sent)")
        report.check("  rows for messages", rows == sent, "\(rows)", expected: "\(sent)")
        let pings = cameras.reduce(0) { $0 + $1.pingCount }
        report.note("  signs of life asked for and given", Double(pings), "")
    }
}
