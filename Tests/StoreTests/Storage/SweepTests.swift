import Domain
import GRDB
import Store
import Testing

/// What a sweep is offered, and what is remembered of it.
@Suite struct SweepTests {
    @Test("Candidates come by row number whatever the clocks said, without marked ones, a page at a time")
    func order() async throws {
        try await withScratchStore { store, _ in
            try await store.insert(
                (1...6).map { number in
                    // The later it came, the older it looks.
                    scratchEvent(
                        "e\(number)", at: HeldClock.start - .seconds(Int64(number) * 86_400),
                        imagePath: number == 4 ? nil : "p\(number).jpg")
                })
            _ = try await store.write { try $0.correct(eventID: "e2", EventCorrection(isKept: true), by: "a") }
            let first = try await store.sweepCandidates(.pictures, after: 0, limit: 2)
            #expect(first.map(\.eventID) == ["e1", "e3"] && first.map(\.paths) == [["p1.jpg"], ["p3.jpg"]])
            let second = try await store.sweepCandidates(.pictures, after: first[1].rowID, limit: 9)
            #expect(second.map(\.eventID) == ["e5", "e6"])
            #expect(try await store.sweepCandidates(.keptPictures, after: 0, limit: 9).map(\.eventID) == ["e2"])
            #expect(try await store.sweepCandidates(.thumbnails, after: 0, limit: 9).isEmpty)
        }
    }

    @Test("One that was marked or deleted since it was chosen stays as it is")
    func changedMeanwhile() async throws {
        try await withScratchStore { store, _ in
            try await store.insert((1...3).map { scratchEvent("e\($0)", imagePath: "p\($0).jpg") })
            let chosen = try await store.sweepCandidates(.pictures, after: 0, limit: 9)
            _ = try await store.write { try $0.correct(eventID: "e1", EventCorrection(isKept: true), by: "a") }
            _ = try await store.write { try $0.delete(eventID: "e2", by: "a") }
            let removed = try await store.write { context in
                let removed = try context.removePictures(chosen, .pictures)
                return (paths: removed.unnamed.map(\.path), events: removed.events)
            }
            #expect(removed.paths == ["p3.jpg"] && removed.events == 1)
            #expect(try await store.event("e1")?.imagePath == "p1.jpg")
        }
    }

    @Test("Sweeps and hours are bounded")
    func bounds() async throws {
        try await withScratchStore { store, clock in
            let sweep = SweepRecord(
                startedAt: clock.now, finishedAt: clock.now, reason: .quota, outcome: .done, usedBefore: 2,
                usedAfter: 1, target: 1, longestWrite: .milliseconds(3), removed: [])
            try await store.write { context in
                for _ in 0..<SweepRecord.rowLimit + 5 { try context.keep(sweep) }
            }
            #expect(try await store.count("storage_sweeps") == SweepRecord.rowLimit)
            #expect(try await store.read { try SweepRecord.newest(1, $0) } == [sweep])
            for _ in 0..<StorageHistory.hourLimit + 3 {
                clock.now = clock.now + .seconds(3_600)
                try await store.write { try $0.noteStorage(used: 5, removed: 1) }
            }
            try await store.write { try $0.noteStorage(used: 7, removed: 1) }
            let hours = try await store.read { try StorageHistory.read(since: Instant(seconds: 0), $0) }
            #expect(hours.count == StorageHistory.hourLimit)
            #expect(hours.last?.used == 7 && hours.last?.removed == 2)
        }
    }
}
