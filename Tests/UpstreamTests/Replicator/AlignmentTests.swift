import Testing

@testable import Upstream

@Suite("Where the replication goes on")
struct AlignmentTests {
    private func decide(
        epoch: Int64 = 1, watermark: Int64 = 10, opening: String? = "a", newest: Int64 = 20, first: Int64? = 1,
        known: String? = "a", own: Int64? = nil
    ) -> Alignment {
        Alignment.decide(
            SiteRecord(siteID: "gate", epoch: epoch, watermark: watermark, openingID: opening),
            Alignment.Local(newest: newest, first: first, opening: known), ownEpoch: own)
    }

    @Test("The same history, and all of the rest is there: behind the watermark")
    func goesOn() {
        #expect(decide() == .goOn)
        #expect(decide(first: 11) == .goOn)
        #expect(decide(watermark: 20, first: 20) == .goOn)
        #expect(decide(own: 1) == .goOn)
    }

    @Test("First contact: by the feed alone when it was never trimmed, else with a walk through all events")
    func firstContact() {
        #expect(decide(epoch: 0, watermark: 0, opening: nil) == .newEpoch(watermark: 0, isWhole: true))
        #expect(
            decide(epoch: 0, watermark: 0, opening: nil, newest: 0, first: nil)
                == .newEpoch(watermark: 0, isWhole: true))
        #expect(decide(epoch: 0, watermark: 0, opening: nil, first: 2) == .newEpoch(watermark: 20, isWhole: false))
    }

    @Test(
        "Another history, or a gap: a new epoch, never a jump",
        arguments: [
            // Restored: other rows have these numbers now.
            (10, "a", 20, 1, "b"),
            // Restored, and not yet that far again.
            (30, "a", 20, 1, nil),
            // Begun anew.
            (30, "a", 0, nil, nil),
            // The centre was never told, or has lost it.
            (10, nil, 20, 1, "a"),
            // Trimmed, because the centre was restored from a backup.
            (10, "a", 20, 12, "a"),
        ] as [(Int64, String?, Int64, Int64?, String?)])
    func newEpoch(watermark: Int64, opening: String?, newest: Int64, first: Int64?, known: String?) {
        #expect(
            decide(watermark: watermark, opening: opening, newest: newest, first: first, known: known)
                == .newEpoch(watermark: newest, isWhole: false))
    }

    @Test("A box that finds a later epoch than its own has a double; one that just started takes over")
    func another() {
        #expect(decide(epoch: 3, own: 2) == .another)
        #expect(decide(epoch: 3, known: "b") == .newEpoch(watermark: 20, isWhole: false))
        // A centre that was restored from a backup is no double.
        #expect(decide(epoch: 1, known: "b", own: 2) == .newEpoch(watermark: 20, isWhole: false))
    }
}

@Suite("Pace of the replication")
struct PaceTests {
    @Test("A refused batch is halved until one row is left, and grows again")
    func width() {
        var width = BatchWidth(limit: 1_000)
        var tried: [Int] = []
        while width.rows > 1 {
            tried.append(width.rows)
            width.narrow(from: width.rows)
        }
        #expect(tried == [1_000, 500, 250, 125, 62, 31, 15, 7, 3])
        width.narrow(from: 1)
        #expect(width.rows == 1)
        for _ in 1...9 { width.widen() }
        #expect(width.rows == 512)
        width.widen()
        #expect(width.rows == 1_000)
        // A batch that was small already is halved from where it was.
        width.narrow(from: 10)
        #expect(width.rows == 5)
    }

    @Test("Waits grow to the longest, spread by chance, and begin anew once it has worked")
    func pause() {
        var pause = RetryPause(first: .seconds(1), longest: .seconds(60))
        #expect(pause.duration(jitter: 1, isSlow: false) == .seconds(1))
        #expect(pause.duration(jitter: 0, isSlow: false) == .seconds(1))
        for _ in 0..<10 { _ = pause.duration(jitter: 1, isSlow: false) }
        #expect(pause.duration(jitter: 1, isSlow: false) == .seconds(60))
        #expect(pause.duration(jitter: 0, isSlow: false) == .seconds(30))
        pause.reset()
        #expect(pause.duration(jitter: 1, isSlow: false) == .seconds(1))
        pause.reset()
        // For what somebody has to mend first.
        #expect(pause.duration(jitter: 1, isSlow: true) == .seconds(15))
    }
}
