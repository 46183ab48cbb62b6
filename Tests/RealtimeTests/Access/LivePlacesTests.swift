import Synchronization
import Testing

@testable import Realtime

@Suite("Places, gates, turnstiles")
struct LivePlacesTests {
    @Test func places() {
        let places = LivePlaces(limit: 2)
        #expect(places.take() && places.take() && !places.take())
        #expect(places.count == 2)
        places.giveBack()
        #expect(places.take() && !places.take())
        places.giveBack()
        places.close()
        #expect(!places.take() && places.count == 1)
    }

    @Test func manyAtOnce() async {
        let places = LivePlaces(limit: 7)
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { places.take() } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 7 && places.count == 7)
    }

    @Test("a gate lets everybody through once it is open")
    func gate() async {
        let gate = Gate()
        await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { await gate.wait() } }
            gate.open()
            gate.open()
        }
        await gate.wait()
    }

    @Test("no more than its places are inside a turnstile, and all come through")
    func turnstile() async {
        final class Counts: Sendable {
            let inside = Atomic(0)
            let most = Atomic(0)
            let through = Atomic(0)
        }
        let turnstile = Turnstile(places: 3)
        let counts = Counts()
        await withTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    await turnstile.enter()
                    counts.most.max(counts.inside.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                    await Task.yield()
                    counts.inside.subtract(1, ordering: .relaxed)
                    counts.through.add(1, ordering: .relaxed)
                    turnstile.leave()
                }
            }
        }
        #expect(counts.most.load(ordering: .relaxed) <= 3)
        #expect(counts.through.load(ordering: .relaxed) == 200)
    }
}
