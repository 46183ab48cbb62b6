import Domain
import Gateway
import Logging
import ServiceLifecycle

/// Counts what lies on the disk and keeps it under its quota.
struct StorageService: Service {
    private let keeper: StorageKeeper
    private let zone: TimeZoneRules
    private let clock: WallClock
    private let logger: Logger

    /// The hour of the night in which everything is counted anew, by the site's zone.
    private static let nightHour: Int64 = 3

    init(_ keeper: StorageKeeper, zone: TimeZoneRules, clock: WallClock, logger: Logger) {
        self.keeper = keeper
        self.zone = zone
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await makeRoom() }
                    group.addTask { await count() }
                }
            }
        } onGracefulShutdown: {
            keeper.stop()
        }
        keeper.stop()
    }

    private func makeRoom() async {
        while !Task.isCancelled {
            await keeper.tick()
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func count() async {
        await attempt { try await keeper.count(byDevice: true) }
        var countedAt = ContinuousClock().now
        var rounds = 0
        while !Task.isCancelled {
            await attempt { try await keeper.note() }
            try? await Task.sleep(for: .seconds(30))
            guard !Task.isCancelled else { return }
            rounds += 1
            let age = ContinuousClock().now - countedAt
            if isNight && age > .seconds(12 * 3_600) || age > .seconds(36 * 3_600) {
                await attempt { try await keeper.count(byDevice: true) }
                countedAt = ContinuousClock().now
            } else if rounds % 4 == 0 {
                await attempt { try await keeper.countOthers() }
            }
        }
    }

    private var isNight: Bool {
        let now = clock.now()
        let local = now.microseconds / 1_000_000 + Int64(zone.offset(at: now))
        return local / 3_600 % 24 == Self.nightHour
    }

    private func attempt(_ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            return
        } catch {
            logger.warning("the use of the disk is not up to date", metadata: ["error": "\(error)"])
        }
    }
}
