/// What the command line asks for.
struct Options {
    /// The measurements that can be run by themselves, in the order in which they run.
    enum Part: String, CaseIterable {
        case plates, media, single, batch, queries, memory, start, stop, disk, page, live, cameras, mqtt, sweep, files,
            upstream
    }

    var parts = Set(Part.allCases)
    /// Events in the database for the latencies of queries.
    var eventCount = 1_000_000
    /// Seconds of one round of load.
    var roundSeconds = 3
    var rounds = 5
    /// WebSockets that look on, and events in a second that they hear of.
    var socketCount = 1_000
    var liveRate = 100
    /// MQTT messages of one round.
    var messageCount = 60_000
    /// Events that wait for the central database.
    var backlog = 1_000_000
    /// The release binary.
    var appliance = ".build-release/release/lpr-appliance"
    /// Where data directories are made; it should be the kind of disk that the appliance will have.
    var directory = "/var/tmp"

    static let help = """
        Measures the release binary of the appliance and prints a table; exits with 1 when a limit is broken.

        --only PARTS      some of \(Part.allCases.map(\.rawValue).joined(separator: ",")), separated by commas
        --events N        events in the database for the queries (1000000)
        --seconds N       seconds of one round of load (3)
        --rounds N        rounds of load, each beside one of raw SQLite (5)
        --sockets N       live connections that look on (1000)
        --rate N          events a second that they hear of (100)
        --messages N      MQTT messages of one round (60000)
        --backlog N       events that wait for the central database (1000000)
        --appliance PATH  the binary (.build-release/release/lpr-appliance)
        --directory PATH  where data directories are made for the time of the run (/var/tmp)
        """

    init(_ arguments: some Sequence<String>) throws(BenchmarkError) {
        var rest = arguments.makeIterator()
        while let name = rest.next() {
            guard let value = rest.next() else {
                throw BenchmarkError("\(name) is unknown or has no value\n\(Self.help)")
            }
            switch name {
            case "--only": parts = try Self.parts(value)
            case "--events": eventCount = try Self.number(name, value, 10_000...100_000_000)
            case "--seconds": roundSeconds = try Self.number(name, value, 1...600)
            case "--rounds": rounds = try Self.number(name, value, 1...100)
            case "--sockets": socketCount = try Self.number(name, value, 1...20_000)
            case "--rate": liveRate = try Self.number(name, value, 1...10_000)
            case "--messages": messageCount = try Self.number(name, value, 1_000...10_000_000)
            case "--backlog": backlog = try Self.number(name, value, 10_000...100_000_000)
            case "--appliance": appliance = value
            case "--directory": directory = value
            default: throw BenchmarkError("\(name) is unknown\n\(Self.help)")
            }
        }
    }

    private static func parts(_ text: String) throws(BenchmarkError) -> Set<Part> {
        var parts: Set<Part> = []
        for name in text.split(separator: ",") {
            guard let part = Part(rawValue: String(name)) else { throw BenchmarkError("\(name) is no part\n\(help)") }
            parts.insert(part)
        }
        return parts
    }

    private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(BenchmarkError) -> Int
    {
        guard let number = Int(text), range.contains(number) else {
            throw BenchmarkError("\(name) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// Why a measurement could not be made.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
