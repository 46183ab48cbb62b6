import Domain
import GRDB
import Store
import Testing

@Suite struct EventStatisticsTests {
    /// 2026-11-23T00:00:00Z.
    private let midnight = HeldClock.start - .seconds(3_600)

    private func buckets(
        _ store: Store, _ unit: EventStatistics.Unit, _ from: Instant, _ to: Instant, device: String? = nil,
        zoneOffset: Int = 0
    ) async throws -> [EventStatistics] {
        try await store.read {
            try EventStatistics.buckets(unit: unit, from: from, to: to, device: device, zoneOffset: zoneOffset, $0)
        }
    }

    @Test func anHourCountsEventsPlatesAndConfidence() async throws {
        try await withScratchStore { store, _ in
            try await store.insert([
                scratchEvent("1", plate: "A1", confidence: 0.5, at: midnight),
                scratchEvent("2", plate: "A1", confidence: 1, at: midnight + .seconds(3_599)),
                scratchEvent("3", plate: nil, at: midnight + .seconds(10)),
                scratchEvent("4", device: "b", plate: "B2", at: midnight + .seconds(20)),
                scratchEvent("5", plate: "C3", confidence: 0.25, at: midnight + .seconds(7_200)),
                scratchEvent("6", plate: "D4", at: midnight + .seconds(10_800)),
            ])
            let hours = try await buckets(store, .hour, midnight, midnight + .seconds(10_800))
            #expect(hours.map(\.start) == [0, 3_600, 7_200].map { midnight + .seconds($0) })
            #expect(hours.map(\.events) == [4, 0, 1])
            #expect(hours.map(\.withPlate) == [3, 0, 1])
            #expect(hours.map(\.uniquePlates) == [2, 0, 1])
            #expect(hours.map(\.meanConfidence) == [0.75, nil, 0.25])
            #expect(hours.map(\.readRate) == [0.75, nil, 1])
            let ofDevice = try await buckets(store, .hour, midnight, midnight + .seconds(10_800), device: "b")
            #expect(ofDevice.map(\.events) == [1, 0, 0])
            #expect(ofDevice.map(\.meanConfidence) == [nil, nil, nil])
            let days = try await buckets(store, .day, midnight, midnight + .seconds(86_400))
            #expect(days.map(\.events) == [6] && days.map(\.uniquePlates) == [4])
        }
    }

    /// Zone offset in seconds, events of each day between the 22nd 12:00 UTC and the 24th 12:00 UTC.
    static let zones: [(Int, [Int64], [Int])] = [
        (0, [-86_400, 0, 86_400], [1, 2, 1]),
        // Bangkok: a day begins at 17:00 UTC.
        (25_200, [-111_600, -25_200, 61_200], [0, 2, 2]),
        (-18_000, [-68_400, 18_000, 104_400], [2, 2, 0]),
        // Kathmandu.
        (20_700, [-107_100, -20_700, 65_700], [0, 2, 2]),
    ]

    @Test(arguments: zones)
    func daysBeginAtMidnightOfTheSite(_ offset: Int, _ starts: [Int64], _ counts: [Int]) async throws {
        try await withScratchStore { store, _ in
            let moments: [Int] = [-3_600, 3_600, 72_000, 90_000]
            try await store.insert(
                moments.map { scratchEvent("e\($0)", at: midnight + .seconds($0)) })
            let days = try await buckets(
                store, .day, midnight - .seconds(43_200), midnight + .seconds(129_600), zoneOffset: offset)
            #expect(days.map(\.start) == starts.map { midnight + .seconds($0) })
            #expect(days.map(\.events) == counts)
        }
    }

    @Test func theEdgesOfTheRangeAreExact() async throws {
        try await withScratchStore { store, _ in
            try await store.insert((0..<10).map { scratchEvent("\($0)", at: midnight + .seconds($0 * 600)) })
            let hours = try await buckets(store, .hour, midnight + .seconds(600), midnight + .seconds(4_200))
            #expect(hours.map(\.start) == [midnight, midnight + .seconds(3_600)])
            #expect(hours.map(\.events) == [5, 1])
        }
    }

    static let refused: [(EventStatistics.Unit, Instant, Instant)] = [
        (.hour, HeldClock.start, HeldClock.start),
        (.hour, HeldClock.start, HeldClock.start - .seconds(1)),
        (.hour, HeldClock.start, HeldClock.start + .seconds(2_000 * 3_600 + 1)),
        (.day, HeldClock.start, HeldClock.start + .seconds(2_000 * 86_400 + 1)),
        (.day, Instant(microseconds: .min), Instant(microseconds: .max)),
        (.hour, Instant(microseconds: .min), Instant(microseconds: .min + 5)),
        (.hour, Instant(microseconds: .max - 5), Instant(microseconds: .max)),
    ]

    @Test(arguments: refused)
    func anEmptyOrEndlessRangeIsRefused(_ unit: EventStatistics.Unit, _ from: Instant, _ to: Instant) async throws {
        try await withScratchStore { store, _ in
            let store = store
            await #expect(throws: FieldError.self) { try await buckets(store, unit, from, to) }
            _ = try await store.count("lpr_events")
        }
    }

    @Test func theLongestRangeIsAnswered() async throws {
        try await withScratchStore { store, _ in
            let hours = try await buckets(store, .hour, midnight, midnight + .seconds(2_000 * 3_600))
            #expect(hours.count == 2_000)
        }
    }
}
