/// Messages with QoS 1, fifty in a second and never two at once: when the appliance acknowledges them, and when
/// somebody hears of them on `lpr/data/processed`.
final class MQTTLatencyMeasurement {
    private static let perSecond = 50
    private static let patience: Int64 = 5_000_000
    /// What the poller calls the connections.
    private static let publisherNumber = 0, listenerNumber = 1, brokerNumber = 2, applianceNumber = 3

    private let scratch: ScratchDirectory
    private let broker: Broker
    private let proxy: AcknowledgementProxy
    private let appliance: Appliance
    private let watch: DatabaseWatch
    private let poller: Poller
    private let publisher, listener: MQTTClient
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private var messages = EdgeMessages(seed: 7)

    /// The message on its way.
    private var event = ""
    private var brokerAcknowledgedAt: Int64?
    private var processedAt: Int64?

    /// All from publishing it, milliseconds.
    private var toBroker: [Double] = []
    private var toAppliance: [Double] = []
    private var toAcknowledgement: [Double] = []
    private var toProcessed: [Double] = []

    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let measurement = try MQTTLatencyMeasurement(options)
        let count = perSecond * options.roundSeconds * options.rounds
        try measurement.send(count)
        try measurement.tell(count, &report)
    }

    private init(_ options: Options) throws(BenchmarkError) {
        scratch = try ScratchDirectory(below: options.directory)
        broker = try Broker(options, inFlight: MQTTRateMeasurement.inFlight)
        proxy = try AcknowledgementProxy(to: broker.port)
        poller = try Poller()
        publisher = try MQTTClient(port: broker.port, name: "publisher", buffer)
        listener = try MQTTClient(port: broker.port, name: "listener", subscription: "lpr/data/processed", buffer)
        try poller.add(publisher.stream, as: Self.publisherNumber)
        try poller.add(listener.stream, as: Self.listenerNumber)
        appliance = try Appliance(
            options, directory: scratch.path, settings: ["LPR_MQTT_BROKERS": proxy.address])
        watch = try DatabaseWatch(directory: scratch.path)
        try proxy.accept(poller, brokerNumber: Self.brokerNumber, applianceNumber: Self.applianceNumber)
        _ = try appliance.deviceKeys()
        try EdgeGreeting(port: broker.port).send(until: watch) { time throws(BenchmarkError) in try serve(until: time) }
    }

    deinit {
        buffer.deallocate()
    }

    private func serve(until time: Int64) throws(BenchmarkError) {
        try poller.wait(until: time) { number throws(BenchmarkError) in
            switch number {
            case Self.publisherNumber: try publisher.read(buffer) { _ in brokerAcknowledgedAt = WallTime.now }
            case Self.listenerNumber: try listener.read(buffer) { hear($0) }
            case Self.brokerNumber: try proxy.readBroker(buffer)
            default: try proxy.readAppliance(buffer)
            }
        }
    }

    private func hear(_ packet: MQTTPacket) {
        guard !event.isEmpty, String(decoding: packet.rest, as: UTF8.self).contains(event) else { return }
        processedAt = WallTime.now
    }

    private func send(_ count: Int) throws(BenchmarkError) {
        // The first ones are not counted.
        for number in -20..<count {
            let start = WallTime.now
            try publish(number)
            let next = start + 1_000_000 / Int64(Self.perSecond)
            while WallTime.now < next { try serve(until: next) }
        }
    }

    private func publish(_ number: Int) throws(BenchmarkError) {
        let message = try messages.next(device: (number + 20) % SampleEvents.deviceCount)
        let packet = MQTTWire.publish(
            message.payload, to: message.topic, packetID: UInt16((number + 20) % 65_535 + 1))
        event = message.id
        brokerAcknowledgedAt = nil
        processedAt = nil
        proxy.reset()
        let start = WallTime.now
        try publisher.stream.send(packet)
        while brokerAcknowledgedAt == nil || proxy.acknowledgedAt == nil || processedAt == nil {
            guard WallTime.now - start < Self.patience else {
                throw BenchmarkError("the appliance does not acknowledge a message, or does not tell of its event")
            }
            try serve(until: start + Self.patience)
        }
        guard number >= 0 else { return }
        func milliseconds(_ time: Int64?) -> Double { Double((time ?? 0) - start) / 1e3 }
        toBroker.append(milliseconds(brokerAcknowledgedAt))
        toAppliance.append(milliseconds(proxy.forwardedAt))
        toAcknowledgement.append(milliseconds(proxy.acknowledgedAt))
        toProcessed.append(milliseconds(processedAt))
    }

    private func tell(_ count: Int, _ report: inout Report) throws(BenchmarkError) {
        report.absolute(
            "MQTT, from publishing to the appliance's PUBACK, p99", toAcknowledgement.percentile(99), "ms", .below(20))
        report.note("  its median", toAcknowledgement.median, "ms")
        report.note("  its maximum", toAcknowledgement.percentile(100), "ms")
        report.note("  of that until the broker hands it on, median", toAppliance.median, "ms")
        report.note("  to the broker's PUBACK, median", toBroker.median, "ms")
        report.note("  to lpr/data/processed at a subscriber, p99", toProcessed.percentile(99), "ms")
        report.note("  its median", toProcessed.median, "ms")
        report.note("  its maximum", toProcessed.percentile(100), "ms")
        report.note("  load average of the machine, one minute", MachineFacts.loadAverage, "")
        let rows = try watch.newestRow()
        // The greeting and what was not counted are rows too.
        report.check("  rows for messages", rows == count + 21, "\(rows)", expected: "\(count + 21)")
        let stop = try appliance.stop()
        report.check("  exit code of the stop", stop.exitCode == 0, "\(stop.exitCode)", expected: "0")
    }
}
