import Domain
public import Store

/// Runs of the upkeep, one after the other: by the clock, and by a sweep that wants what is too old to go at once.
public final class UpkeepTurn: Sendable {
    private let upkeep: Upkeep
    private let limits: Upkeep.Limits
    private let intake: Intake
    private let turn = KeyedLock()

    public init(_ intake: Intake, limits: Upkeep.Limits) {
        upkeep = Upkeep(intake.store)
        self.limits = limits
        self.intake = intake
    }

    /// Does what is due, and unlinks the pictures of events that have gone.
    /// - Parameter unconfirmedEvents: see `Upkeep.run`.
    public func run(unconfirmedEvents: Int = 0) async -> Upkeep.Report {
        await turn.withLock("") {
            let report = await upkeep.run(limits, unconfirmedEvents: unconfirmedEvents)
            for picture in report.pictures { await intake.remove(picture) }
            for file in report.files { await intake.remove(file) }
            return report
        }
    }
}
