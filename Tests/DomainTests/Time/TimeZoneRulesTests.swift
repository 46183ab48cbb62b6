import Foundation
import Testing

@testable import Domain

@Suite struct TimeZoneRulesTests {
    /// A file of version 2 with the given transitions and last line.
    private func file(_ transitions: [(at: Int64, type: UInt8)], _ offsets: [Int32], footer: String) -> [UInt8] {
        func big(_ value: Int64, _ width: Int) -> [UInt8] {
            (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
        }
        func header(_ times: Int, _ types: Int) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
                + [0, 0, 0, times, types, 4].flatMap { big(Int64($0), 4) }
        }
        var bytes = header(0, 1) + big(0, 4) + [0, 0] + Array("UTC\0".utf8)
        bytes += header(transitions.count, offsets.count)
        bytes += transitions.flatMap { big($0.at, 8) } + transitions.map(\.type)
        bytes += offsets.flatMap { big(Int64($0), 4) + [0, 0] } + Array("ABC\0".utf8)
        return bytes + Array("\n\(footer)\n".utf8)
    }

    private func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

    @Test func transitionsAndFooter() throws {
        let bytes = file([(-100, 1), (1_000, 0)], [3_600, 25_200], footer: "<+07>-7")
        let zone = try TimeZoneRules(tzif: bytes)
        let expected: [(Int64, Int)] = [
            (-101, 3_600), (-100, 25_200), (999, 25_200), (1_000, 25_200), (1 << 35, 25_200),
        ]
        for (seconds, offset) in expected { #expect(zone.offset(at: Instant(seconds: seconds)) == offset) }
        #expect(try TimeZoneRules(tzif: file([], [3_600], footer: "")).offset(at: Instant(seconds: 0)) == 3_600)
    }

    @Test(arguments: [
        ("<+07>-7", "2026-11-23T00:00:00Z", 25_200), ("<-0330>3:30", "2026-11-23T00:00:00Z", -12_600),
        ("UTC0", "2026-11-23T00:00:00Z", 0),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3_600),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7_200),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 7_200),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3_600),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18_000),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14_400),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-15T00:00:00Z", 39_600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-15T00:00:00Z", 36_000),
        ("IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26T23:59:59Z", 7_200),
        ("IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", 10_800),
        ("XXX0YYY,J60,J300", "2028-03-01T01:59:59Z", 0), ("XXX0YYY,J60,J300", "2028-03-01T02:00:00Z", 3_600),
        ("XXX0YYY,59,300", "2028-02-29T02:00:00Z", 3_600),
    ])
    func recurringRule(_ rule: String, _ time: String, _ offset: Int) throws {
        let zone = try TimeZoneRules(tzif: file([], [0], footer: rule))
        #expect(zone.offset(at: try instant(time)) == offset)
    }

    @Test(arguments: [
        "-7", "AB-7", "ABC", "ABC25", "<+07-7", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,J0,J9", "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0x",
    ])
    func brokenRules(_ rule: String) {
        #expect(throws: TimeZoneFileError.self) { try TimeZoneRules(tzif: file([], [0], footer: rule)) }
    }

    @Test func startOfDay() throws {
        let bangkok = TimeZoneRules(offset: 25_200)
        #expect(bangkok.startOfDay(try instant("2026-11-23T16:59:59Z")) == (try instant("2026-11-22T17:00:00Z")))
        #expect(bangkok.startOfDay(try instant("2026-11-22T17:00:00Z")) == (try instant("2026-11-22T17:00:00Z")))
        let berlin = try TimeZoneRules(tzif: file([], [0], footer: "CET-1CEST,M3.5.0,M10.5.0/3"))
        #expect(berlin.startOfDay(try instant("2026-03-29T12:00:00Z")) == (try instant("2026-03-28T23:00:00Z")))
        #expect(berlin.startOfDay(try instant("2026-10-25T12:00:00Z")) == (try instant("2026-10-24T22:00:00Z")))
        // The clocks are put forward at midnight, so that the day begins at one.
        let jump = try TimeZoneRules(tzif: file([], [0], footer: "XXX0YYY,M3.5.0/0,M10.5.0/3"))
        #expect(jump.startOfDay(try instant("2026-03-29T12:00:00Z")) == (try instant("2026-03-29T00:00:00Z")))
        #expect(TimeZoneRules.utc.startOfDay(Instant(seconds: -1)) == Instant(seconds: -86_400))
    }

    /// Each half hour of a year: what the clocks show leads back to a moment at which they show it.
    @Test(arguments: ["CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<+07>-7", "<-03>3"])
    func localTimesLeadBack(rule: String) throws {
        let zone = try TimeZoneRules(tzif: file([(-100, 0)], [0], footer: rule))
        for halfHour in 0..<17_520 {
            let moment = Instant(seconds: 1_767_225_600 + Int64(halfHour) * 1_800)
            let local = moment + .seconds(zone.offset(at: moment))
            let found = zone.instant(ofLocal: local)
            #expect(found + .seconds(zone.offset(at: found)) == local, "\(moment.rfc3339)")
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Asia/Bangkok")))
    func filesOfTheSystem() throws {
        for (name, time, offset) in [
            ("Asia/Bangkok", "2026-11-23T00:00:00Z", 25_200), ("Asia/Bangkok", "2150-11-23T00:00:00Z", 25_200),
            ("Europe/Berlin", "2026-07-01T00:00:00Z", 7_200), ("Europe/Berlin", "2100-07-01T00:00:00Z", 7_200),
            ("America/New_York", "1999-01-01T00:00:00Z", -18_000), ("UTC", "2026-01-01T00:00:00Z", 0),
        ] {
            let data = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
            #expect(try TimeZoneRules(tzif: [UInt8](data)).offset(at: try instant(time)) == offset, "\(name)")
        }
    }

    /// Whatever the file holds: rules or an error, never a trap.
    @Test func mutations() {
        let whole = file([(-100, 1), (1_000, 0)], [3_600, 25_200], footer: "CET-1CEST,M3.5.0,M10.5.0/3")
        var seed: UInt64 = 7
        func next(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        var sound = 0
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0...next(3) { bytes[next(bytes.count)] = UInt8(next(256)) }
            if next(4) == 0 { bytes.removeLast(next(bytes.count)) }
            guard let zone = try? TimeZoneRules(tzif: bytes) else { continue }
            sound += 1
            for microseconds in [Int64.min, -1, 0, 1_795_402_800_000_000, .max] {
                _ = zone.startOfDay(Instant(microseconds: microseconds))
            }
        }
        #expect(sound > 100)
        #expect(throws: TimeZoneFileError.self) { try TimeZoneRules(tzif: [UInt8](repeating: 0, count: 70_000)) }
    }
}
