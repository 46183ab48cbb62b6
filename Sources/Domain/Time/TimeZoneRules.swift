/// When the clocks of a place stand how far ahead of UTC, as a compiled time zone file says (TZif, RFC 9636).
///
///     header (44 bytes: "TZif", version, 15 reserved, six counts)   counts of the block behind it
///     block with times of 32 bits                                     skipped from version 2 on
///     header, block with times of 64 bits                             version 2 and later
///     "\n" rule for what comes later "\n"                            version 2 and later
///
/// Bounded: a file that asks for more than `transitionLimit` transitions is refused before anything is allocated.
public struct TimeZoneRules: Sendable, Hashable {
    /// The most bytes of a file that are looked at. The largest of the public ones has 4 KB.
    public static let byteLimit = 64 * 1_024
    private static let transitionLimit = 4_096

    private struct Transition: Sendable, Hashable {
        let at: Int64
        let offset: Int
    }

    private let transitions: [Transition]
    /// Before the first transition.
    private let firstOffset: Int
    /// After the last one.
    private let later: RecurringZoneRule?

    public static let utc = TimeZoneRules(offset: 0)

    /// A zone whose clocks never change.
    /// - Parameter offset: seconds ahead of UTC.
    public init(offset: Int) {
        transitions = []
        firstOffset = offset
        later = nil
    }

    /// Reads a compiled file.
    /// - Throws: `TimeZoneFileError` when it is none, or a damaged one.
    public init(tzif bytes: [UInt8]) throws(TimeZoneFileError) {
        guard bytes.count <= Self.byteLimit else { throw TimeZoneFileError(reason: "it has too many bytes") }
        var reader = TZifReader(bytes)
        var header = try reader.header()
        var timeWidth = 4
        if header.version >= 2 {
            try reader.skip(header.blockLength(timeWidth: 4))
            header = try reader.header()
            timeWidth = 8
        }
        guard header.timeCount <= Self.transitionLimit, (1...256).contains(header.typeCount) else {
            throw TimeZoneFileError(reason: "its counts are out of range")
        }
        var times: [Int64] = []
        for _ in 0..<header.timeCount { times.append(try reader.integer(width: timeWidth)) }
        var types: [Int] = []
        for _ in 0..<header.timeCount { types.append(Int(try reader.byte())) }
        var offsets: [Int] = []
        for _ in 0..<header.typeCount {
            offsets.append(Int(try reader.integer(width: 4)))
            try reader.skip(2)
        }
        guard offsets.allSatisfy({ abs($0) < 86_400 * 2 }), types.allSatisfy({ $0 < offsets.count }),
            zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw TimeZoneFileError(reason: "its transitions make no sense") }
        transitions = zip(times, types).map { Transition(at: $0, offset: offsets[$1]) }
        firstOffset = offsets[0]
        try reader.skip(header.charCount + header.leapCount * (timeWidth + 4) + header.standardCount + header.utcCount)
        later = timeWidth == 8 ? try reader.footer() : nil
    }

    /// How far the clocks are ahead of UTC, seconds.
    public func offset(at instant: Instant) -> Int {
        let seconds = instant.wholeSeconds
        if let last = transitions.last, seconds < last.at {
            var low = 0
            var high = transitions.count
            while low < high {
                let middle = (low + high) / 2
                if transitions[middle].at <= seconds { low = middle + 1 } else { high = middle }
            }
            return low == 0 ? firstOffset : transitions[low - 1].offset
        }
        return later?.offset(at: seconds) ?? transitions.last?.offset ?? firstOffset
    }

    /// The moment at which the clocks of the place show this time. Around a change of the clocks, where they show a time
    /// twice or not at all, one of the two moments that may be meant.
    /// - Parameter local: what the clocks show, as if they stood at UTC.
    public func instant(ofLocal local: Instant) -> Instant {
        let guess = local - .seconds(offset(at: local))
        return local - .seconds(offset(at: guess))
    }

    /// Midnight of the day that `instant` lies in. Where the clocks are put forward at midnight, the first moment of
    /// that day.
    public func startOfDay(_ instant: Instant) -> Instant {
        let day: Int64 = 86_400
        let offset = Int64(offset(at: instant))
        let local = instant.wholeSeconds + offset
        let midnight = local - (local % day + day) % day
        let guess = Instant(seconds: midnight - offset)
        // The clocks may have changed between midnight and now.
        let there = Int64(self.offset(at: guess))
        return there == offset ? guess : Instant(seconds: midnight - there)
    }
}

/// Why a file is no time zone file.
public struct TimeZoneFileError: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }

    public var description: String { "not a sound time zone file: \(reason)" }
}

extension Instant {
    /// Whole seconds since 1970, rounded down.
    fileprivate var wholeSeconds: Int64 {
        let quotient = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? quotient - 1 : quotient
    }
}

private struct TZifReader {
    struct Header {
        let version: Int
        let utcCount: Int
        let standardCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let charCount: Int

        func blockLength(timeWidth: Int) -> Int {
            timeCount * (timeWidth + 1) + typeCount * 6 + charCount + leapCount * (timeWidth + 4) + standardCount
                + utcCount
        }
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func header() throws(TimeZoneFileError) -> Header {
        guard rest.starts(with: "TZif".utf8) else { throw TimeZoneFileError(reason: "it does not begin with TZif") }
        try skip(4)
        let version = try byte()
        try skip(15)
        var counts: [Int] = []
        for _ in 0..<6 {
            let count = try integer(width: 4)
            guard (0...Int64(TimeZoneRules.byteLimit)).contains(count) else {
                throw TimeZoneFileError(reason: "its counts are out of range")
            }
            counts.append(Int(count))
        }
        return Header(
            version: version == 0 ? 1 : Int(version) - 48, utcCount: counts[0], standardCount: counts[1],
            leapCount: counts[2], timeCount: counts[3], typeCount: counts[4], charCount: counts[5])
    }

    mutating func byte() throws(TimeZoneFileError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw TimeZoneFileError(reason: "it ends too early") }
        return byte
    }

    /// A signed number, most significant byte first.
    mutating func integer(width: Int) throws(TimeZoneFileError) -> Int64 {
        var value: UInt64 = 0
        for _ in 0..<width { value = value << 8 | UInt64(try byte()) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }

    mutating func skip(_ count: Int) throws(TimeZoneFileError) {
        guard count <= rest.count else { throw TimeZoneFileError(reason: "it ends too early") }
        rest = rest.dropFirst(count)
    }

    mutating func footer() throws(TimeZoneFileError) -> RecurringZoneRule? {
        guard try byte() == 0x0A, let end = rest.firstIndex(of: 0x0A) else {
            throw TimeZoneFileError(reason: "its last line is missing")
        }
        let text = rest[..<end]
        if text.isEmpty { return nil }
        guard let rule = RecurringZoneRule(text) else {
            throw TimeZoneFileError(reason: "its last line cannot be read")
        }
        return rule
    }
}
