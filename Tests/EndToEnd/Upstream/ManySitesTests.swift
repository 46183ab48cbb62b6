import Domain
import TestSupport
import Testing

/// Several appliances and one centre.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct ManySitesTests {
    @Test func tenSitesAtOneCentre() async throws {
        let centre = try await CentralDatabase.make(sites: 10)
        let boxes = try await withThrowingTaskGroup { group in
            for (place, site) in centre.sites.enumerated() {
                group.addTask {
                    let appliance = try await Appliance.start(settings: centre.settings(site: site))
                    // The same ids on all sites.
                    let traffic = Traffic(appliance, seed: UInt64(place))
                    try await traffic.run(appliance, steps: 40)
                    return (site, appliance)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (_, appliance) in boxes { try await appliance.caughtUp() }
        for (site, appliance) in boxes {
            let events = try await appliance.expectEqual(to: centre, site: site)
            #expect(events > 50)
        }
    }

    /// Two boxes with one `site.id`: the older one stops and says why, and neither loses anything.
    @Test func twoBoxesOfOneSite() async throws {
        let centre = try await CentralDatabase.make()
        let first = try await Appliance.start(settings: centre.settings())
        try await first.post(1...30, prefix: "first")
        try await first.caughtUp()
        let second = try await Appliance.start(settings: centre.settings())
        try await second.post(1...30, prefix: "second")
        try await second.caughtUp()
        try await first.post(31...60, prefix: "first")
        try await first.problem("another_appliance", state: "paused")
        try await second.post(31...60, prefix: "second")
        try await second.caughtUp()
        #expect(await second.binary.stop() == .exited(0))
        try await TwoSides(centre, StoppedDatabase(of: second)).expect(.contained)

        // It takes over when somebody starts it anew.
        #expect(await first.binary.stop() == .exited(0))
        try await first.startAgain()
        let state = try await first.caughtUp()
        #expect(state["epoch"] == 3)
        try await first.expectEqual(to: centre, .contained)
        try await TwoSides(centre, StoppedDatabase(of: second)).expectEvents(.contained)
    }
}
