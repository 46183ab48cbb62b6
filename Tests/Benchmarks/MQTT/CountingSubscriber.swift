import CMosquitto

/// The least that a client of libmosquitto can do with messages: it acknowledges and counts them. It runs as a process
/// of its own, as the appliance does.
///
///     benchmarks --counting-subscriber PORT COUNT IN-FLIGHT
enum CountingSubscriber {
    static let argument = "--counting-subscriber"
    static let readyWord = "READY"
    static let resultWord = "RESULT"

    private final class Counter {
        var rest: Int
        var endedAt: Int64 = 0

        init(_ count: Int) {
            rest = count
        }
    }

    /// Prints `READY`, and when `count` messages have come `RESULT` with the time of the last, microseconds since 1970.
    /// - Parameter numbers: the port, the count, and how many messages the broker may send before one of them is
    ///   acknowledged.
    static func run(_ numbers: [Int32]) throws(BenchmarkError) {
        guard numbers.count == 3 else { throw BenchmarkError("\(argument) takes PORT COUNT IN-FLIGHT") }
        let (port, count, inFlight) = (numbers[0], Int(numbers[1]), numbers[2])
        mosquitto_lib_init()
        let counter = Counter(count)
        guard let client = mosquitto_new("counter", true, Unmanaged.passUnretained(counter).toOpaque()) else {
            throw BenchmarkError("libmosquitto cannot be used")
        }
        defer { mosquitto_destroy(client) }
        mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5)
        mosquitto_int_option(client, MOSQ_OPT_RECEIVE_MAXIMUM, inFlight)
        mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1)
        mosquitto_connect_callback_set(client) { client, _, _ in
            mosquitto_subscribe(client, nil, EdgeMessages.filter, 1)
        }
        mosquitto_subscribe_callback_set(client) { _, _, _, _, _ in
            Console.result(CountingSubscriber.readyWord)
        }
        mosquitto_message_callback_set(client) { client, pointer, _ in
            guard let pointer else { return }
            let counter = Unmanaged<Counter>.fromOpaque(pointer).takeUnretainedValue()
            counter.rest -= 1
            guard counter.rest == 0 else { return }
            counter.endedAt = WallTime.now
            mosquitto_disconnect(client)
        }
        let code = mosquitto_connect(client, "127.0.0.1", port, 60)
        guard code == 0 else {
            throw BenchmarkError("the counting subscriber: \(String(cString: mosquitto_strerror(code)))")
        }
        mosquitto_loop_forever(client, -1, 1)
        guard counter.rest == 0 else { throw BenchmarkError("\(counter.rest) messages did not come") }
        Console.result("\(resultWord) \(counter.endedAt)")
    }

    /// The process.
    final class Child {
        private let process: ChildProcess
        private let output: String

        init(
            port: UInt16, count: Int, inFlight: Int, directory: String
        ) throws(BenchmarkError) {
            output = "\(directory)/counting-subscriber.txt"
            try FileText.write("", to: output)
            process = try ChildProcess(
                "/proc/self/exe", [argument, "\(port)", "\(count)", "\(inFlight)"], output: output)
            let end = WallTime.now + 10_000_000
            while try line(readyWord) == nil {
                guard process.exitCode() == nil, WallTime.now < end else { throw failure() }
                pause(.milliseconds(2))
            }
        }

        /// When the last message had come, once it has.
        /// - Returns: microseconds since 1970.
        func end() throws(BenchmarkError) -> Int64? {
            guard let code = process.exitCode() else { return nil }
            guard code == 0, let words = try line(resultWord)?.split(separator: " "), words.count == 2,
                let time = Int64(words[1])
            else { throw failure() }
            return time
        }

        private func line(_ word: String) throws(BenchmarkError) -> Substring? {
            try FileText.read(output).split(separator: "\n").first { $0.hasPrefix(word) }
        }

        private func failure() -> BenchmarkError {
            BenchmarkError("the counting subscriber has failed\n\((try? FileText.read(output)) ?? "")")
        }
    }
}
