import Domain
import TestSupport
import Testing

/// Clocks that jump, and events that end by their age.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct TimeTests {
    private static let day: Int64 = 86_400

    /// Order is kept by numbers, not by times.
    @Test func theClockOfTheSiteJumps() async throws {
        guard let clock = try await ShiftedClock.make() else { return }
        let centre = try await CentralDatabase.make()
        let appliance = try await Appliance.start(settings: centre.settings(), prefix: clock.prefix)
        var all: [String] = []
        for (place, days) in [0, 400, -3_000, 20_000, 0, -1].enumerated() as EnumeratedSequence<[Int64]> {
            try clock.set(seconds: days * Self.day)
            all += try await appliance.post(1...20, prefix: "jump-\(place)")
            try await appliance.correct("jump-0-1", plate: "\(place + 1)กก 1")
            try await appliance.delete("jump-\(place)-2")
            let state = try await appliance.caughtUp()
            #expect(state["lag_seconds"]?.doubleValue == 0)
        }
        let state = try await appliance.upstream()
        #expect(state["epoch"] == 1)
        #expect(state["parked_rows"] == 0)
        #expect(
            try await centre.psql("SELECT license_plate FROM lpr.lpr_events WHERE event_id = 'jump-0-1'") == "6กก 1")
        let events = try await appliance.expectEqual(to: centre)
        #expect(events >= all.count - 6)
    }

    /// The centre keeps for years what a box keeps for weeks; what people delete is deleted there as well.
    @Test func eventsThatEndByAgeStayAtTheCentre() async throws {
        guard let clock = try await ShiftedClock.make() else { return }
        let centre = try await CentralDatabase.make()
        let appliance = try await Appliance.start(
            settings: centre.settings(["events.retention": "30d"]), prefix: clock.prefix)
        try clock.set(seconds: -40 * Self.day)
        try await appliance.post(1...50, prefix: "old")
        try await appliance.caughtUp()
        // While they are young: upkeep may come at any moment after it.
        try await appliance.delete("old-1")
        try clock.set(seconds: 0)
        try await appliance.post(1...50, prefix: "new")
        try await appliance.delete("new-1")
        // Upkeep comes every half minute.
        try await eventually("end of the old events", limit: .seconds(90), every: .milliseconds(500)) {
            try await appliance.ask(.get("/api/lpr/events/old-2", key: appliance.adminKey)).status == 404 ? true : nil
        }
        let state = try await appliance.caughtUp()
        #expect(state["epoch"] == 1)
        try await appliance.expectEqual(to: centre, .contained)
        let old = try await centre.number("SELECT count(*) FROM lpr.lpr_events WHERE event_id LIKE 'old-%'")
        let new = try await centre.number("SELECT count(*) FROM lpr.lpr_events WHERE event_id LIKE 'new-%'")
        #expect(old == 49 && new == 49)
        let left = try await StoppedDatabase(of: appliance)
            .rows("SELECT count(*) FROM lpr_events WHERE event_id LIKE 'old-%'")
        #expect(left == [["0"]])
    }
}
