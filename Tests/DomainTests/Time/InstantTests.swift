import Domain
import TestSupport
import Testing

@Suite("Instants")
struct InstantTests {
    @Test(
        "reads RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T08:00:00.123+07:00", 1_795_395_600_123_000),
            ("2026-11-23 01:00:00z", 1_795_395_600_000_000), ("2000-02-29T23:59:60Z", 951_868_800_000_000),
            ("1969-12-31T23:59:59.999999Z", -1), ("2026-11-23T01:00:00.1234567Z", 1_795_395_600_123_456),
            ("2026-11-22T18:00:00-07:00", 1_795_395_600_000_000),
        ])
    func reads(text: String, microseconds: Int64) {
        #expect(Instant(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "refuses what is no instant",
        arguments: [
            "", "2026-11-23", "2026-11-23T08:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
            "2026-11-23T24:00:00Z", "2026-11-23T08:60:00Z", "2026-11-23T08:00:61Z", "2026-11-23T08:00:00.Z",
            "2026-11-23T08:00:00+7:00", "2026-11-23T08:00:00+07", "2026-11-23T08:00:00+24:00", "0000-01-01T00:00:00Z",
            "2026-11-23T08:00:00Zx", "๒๐๒๖-11-23T08:00:00Z", "2026-11-23T08:00:00.1234567890Z", " 2026-11-23T08:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test("writes what it reads, for any instant of the years 1 to 9999")
    func roundTrip() {
        var generator = SeededGenerator(7)
        for _ in 0..<20_000 {
            let instant = Instant(
                microseconds: Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator))
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
        }
    }

    @Test("sums saturate instead of trapping")
    func saturation() {
        #expect(Instant(microseconds: .max) + .seconds(1) == Instant(microseconds: .max))
        #expect(Instant(microseconds: .min) - .seconds(1) == Instant(microseconds: .min))
        #expect(Instant(microseconds: .max).since(Instant(microseconds: .min)) == .microseconds(Int64.max))
        #expect(Duration.seconds(Int64.max).wholeMicroseconds == Int64.max)
        for microseconds in [Int64.min, .min + 1, .max] {
            #expect(
                CivilDate(Instant(microseconds: microseconds)).microsecond
                    == Int(((microseconds % 1_000_000) + 1_000_000) % 1_000_000))
        }
    }

    @Test("ids of version 7 sort by time and have the right shape")
    func identifiers() {
        var generator = SeededGenerator(1)
        let first = EventID.version7(at: Instant(seconds: 1_795_395_600), using: &generator).text
        let second = EventID.version7(at: Instant(seconds: 1_795_395_601), using: &generator).text
        #expect(first < second)
        #expect(first.count == 36)
        #expect(Array(first)[14] == "7")
        #expect("89ab".contains(Array(first)[19]))
        #expect(EventID(first)?.text == first)
    }

    @Test(arguments: ["", "a b", "ก", "a/b", String(repeating: "a", count: 51), "a\n", "a%"])
    func namesThatAreNone(text: String) {
        #expect(EventID(text) == nil)
        #expect(DeviceID(text) == nil)
    }

    @Test(arguments: [".hidden", "..", "a:b"])
    func namesThatAreNoDevices(text: String) {
        #expect(EventID(text) != nil)
        #expect(DeviceID(text) == nil)
    }
}
