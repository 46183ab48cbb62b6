import Domain
import Gateway
import HTTPAPI
import ServiceLifecycle
import Store

/// Compares pictures and events at the start and every night.
struct SweepService: Service {
    private let parts: APIServices

    init(_ parts: APIServices) { self.parts = parts }

    func run() async {
        guard let sweep = parts.sweep else { return }
        let schedule = SweepSchedule(zone: parts.site.zone)
        await cancelWhenGracefulShutdown {
            await sweep.run()
            var next = schedule.next(after: parts.store.clock.now())
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(30))
                let now = parts.store.clock.now()
                if !Task.isCancelled, now >= next { await sweep.run() }
                // Also when the clock was put back: the next night by the clock as it is now.
                if now >= next || next.since(now) > .seconds(26 * 3_600) { next = schedule.next(after: now) }
            }
        }
    }
}
