import Domain
import GRDB
import Testing

@testable import Store

@Suite("Events as far as their pictures go")
struct PicturedEventTests {
    /// Every third event has a picture.
    private static func fill(_ store: Store, _ count: Int) async throws {
        try await store.insert(
            (1...count).map { number in
                var event = scratchEvent("e-\(number)")
                if number % 3 == 0 {
                    event.imagePath = "\(number).jpg"
                    event.thumbnailPath = "\(number).thumb.jpg"
                }
                return event
            })
    }

    @Test("Pages hold those with pictures, in order, up to a row")
    func pages() async throws {
        try await withScratchStore(isReplicated: true) { store, _ in
            try await Self.fill(store, 20)
            func page(_ after: Int64, _ through: Int64, _ limit: Int) async throws -> PicturedEvent.Page {
                try await store.read {
                    try PicturedEvent.page(afterRow: after, throughRow: through, limit: limit, $0)
                }
            }
            let first = try await page(0, 19, 4)
            #expect(first.events.map(\.rowID) == [3, 6, 9, 12] && first.lastRow == 12)
            #expect(first.events[0].thumbnailPath == "3.thumb.jpg" && first.events[0].plateImagePath == nil)
            let last = try await page(12, 19, 4)
            #expect(last.events.map(\.rowID) == [15, 18] && last.lastRow == 19)
            #expect(try await page(19, 19, 4).lastRow == 19)
            #expect(try await store.read { try PicturedEvent.count(afterRow: 0, $0) } == 6)
            #expect(try await store.read { try PicturedEvent.count(afterRow: 17, $0) } == 1)
        }
    }

    @Test("Many are counted in proportion")
    func many() async throws {
        try await withScratchStore(isReplicated: true) { store, _ in
            try await Self.fill(store, 9_000)
            let count = try await store.read { try PicturedEvent.count(afterRow: 0, $0) }
            #expect(abs(count - 3_000) < 30)
        }
    }

    @Test("The feed tells which of those that were passed have changed")
    func late() async throws {
        try await withScratchStore(isReplicated: true) { store, _ in
            try await Self.fill(store, 9)
            try await store.write { context in
                for id in ["e-3", "e-4", "e-9", "e-3"] {
                    guard let event = try LPREvent.fetch(eventID: id, context.database) else { continue }
                    try context.recordChange(.pictureJoined(event))
                }
            }
            func late(_ after: Int64, _ through: Int64, limit: Int = 10) async throws -> LatePictures {
                try await store.read {
                    try LatePictures.read(after: after, through: through, throughRow: 8, limit: limit, $0)
                }
            }
            // 4 has no picture, 9 is still to come.
            let all = try await late(0, 13)
            #expect(all.events.map(\.eventID) == ["e-3"] && all.last == 13 && all.isComplete)
            let some = try await late(0, 13, limit: 1)
            #expect(some.last == 10 && some.isComplete)
            #expect(try await late(13, 13) == LatePictures(events: [], last: 13, isComplete: true))
            #expect(try await late(14, 13).isComplete == false)
            try await store.execute("DELETE FROM changes WHERE sequence <= 4")
            let cut = try await late(2, 13)
            #expect(!cut.isComplete && cut.last == 13 && cut.events.isEmpty)
        }
    }
}
