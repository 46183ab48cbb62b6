import Domain
import Store
import Testing

@Suite("Pages of the change feed")
struct FeedPageTests {
    /// What a change tells of, as a word.
    private static func word(_ change: CommittedChange) -> String {
        switch change.kind {
        case .eventStored(let event): "+\(event.eventID)"
        case .eventCorrected(let event), .pictureJoined(let event): "~\(event.eventID)"
        case .eventDeleted(let eventID): "-\(eventID)"
        case .eventExpired(let eventID): "-\(eventID)"
        case .picturesRemoved(let eventID): "/\(eventID)"
        case .deviceChanged: "device"
        }
    }

    private static func words(after cursor: Int64, limit: Int, _ store: Store) async throws -> [String] {
        var words: [String] = []
        var cursor = cursor
        while true {
            let (position, page) = (
                cursor, try await store.read { [cursor] in try FeedPage.after(cursor, limit: limit, $0) }
            )
            words += page.changes.map(word)
            #expect(page.isComplete && page.lastSequence >= position)
            #expect(page.changes.map(\.sequence) == page.changes.map(\.sequence).sorted())
            cursor = page.lastSequence
            guard page.hasMore else { return words }
        }
    }

    @Test("the same in pages of any size; what was deleted since is told of by its deletion alone")
    func pages() async throws {
        try await withScratchStore { store, _ in
            try await store.insert((1...5).map { scratchEvent("e\($0)") })
            _ = try await store.write { try $0.delete(eventID: "e2", by: "anna") }
            let all = try await Self.words(after: 0, limit: 500, store)
            #expect(all.filter { $0 != "device" } == ["+e1", "+e3", "+e4", "+e5", "-e2"])
            for limit in [-1, 0, 1, 2, 3, 1_000] { #expect(try await Self.words(after: 0, limit: limit, store) == all) }
            let newest = try await store.read { try FeedPage.newestSequence($0) }
            #expect(try await Self.words(after: newest, limit: 10, store).isEmpty)
            #expect(try await Self.words(after: newest - 1, limit: 10, store) == ["-e2"])
        }
    }

    @Test("a cursor from before what is kept, and from beyond all numbers")
    func edges() async throws {
        try await withScratchStore { store, _ in
            #expect(try await store.read { try FeedPage.after(0, limit: 10, $0).isComplete })
            try await store.insert((1...5).map { scratchEvent("e\($0)") })
            let newest = try await store.read { try FeedPage.newestSequence($0) }
            try await store.execute("DELETE FROM changes WHERE sequence < \(newest - 1)")
            let isComplete = try await store.read { database in
                try [0, newest - 3, newest - 2, newest, Int64.max].map {
                    try FeedPage.after($0, limit: 10, database).isComplete
                }
            }
            #expect(isComplete == [false, false, true, true, true])
            let last = try await store.read { try FeedPage.after(.max, limit: 10, $0) }
            #expect(last.changes.isEmpty && last.lastSequence == .max && !last.hasMore)
        }
    }
}
