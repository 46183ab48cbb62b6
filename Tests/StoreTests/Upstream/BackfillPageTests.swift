import Domain
import Testing

@testable import Store

@Suite("Pages of a backfill")
struct BackfillPageTests {
    /// All pages from the first row on.
    private func pages(
        through end: Int64, from: Instant? = nil, rows: Int = 1_000, bytes: Int = 1 << 22, _ store: Store
    ) async throws -> [BackfillPage] {
        var pages: [BackfillPage] = []
        var after: Int64 = 0
        while true {
            let page = try await store.read { [after] in
                try BackfillPage.read(afterRow: after, throughRow: end, from: from, rows: rows, bytes: bytes, $0)
            }
            pages.append(page)
            #expect(page.lastRow > after || !page.hasMore)
            after = page.lastRow
            guard page.hasMore else { return pages }
        }
    }

    @Test("Every event up to the end once, in pages by count and by bytes")
    func all() async throws {
        try await withScratchStore { store, _ in
            let none = try await pages(through: 0, store)
            #expect(none.count == 1 && none[0].events.isEmpty && none[0].lastRow == 0 && none[0].newestSequence == 0)
            try await store.insert((1...50).map { scratchEvent("e\($0)") })
            for id in ["e7", "e8", "e50"] { _ = try await store.write { try $0.delete(eventID: id, by: "a") } }
            let expected = (1...45).filter { $0 != 7 && $0 != 8 }.map { "e\($0)" }
            for (rows, bytes) in [(1_000, 1 << 20), (1, 1 << 20), (7, 1 << 20), (1_000, 900), (1_000, 0)] {
                let pages = try await pages(through: 45, rows: rows, bytes: bytes, store)
                #expect(pages.flatMap(\.events).map(\.eventID) == expected)
                #expect(pages.allSatisfy { $0.newestSequence == 53 && $0.events.count <= rows })
                #expect(pages.last?.lastRow == 45)
            }
            #expect(try await store.read { try BackfillPage.newestRow($0) } == 49)
        }
    }

    @Test("From a day on, by either clock; many old rows are passed in looks of bounded length")
    func from() async throws {
        try await withScratchStore { store, _ in
            let day = HeldClock.start
            try await store.insert(
                (0..<BackfillPage.lookLimit + 10).map { scratchEvent("old\($0)", at: day - .seconds(86_400)) })
            try await store.insert([
                scratchEvent("wrong-camera", at: day - .seconds(900_000), receivedAt: day),
                scratchEvent("wrong-box", at: day, receivedAt: day - .seconds(900_000)),
                scratchEvent("young", at: day + .seconds(1)),
            ])
            let pages = try await pages(through: .max, from: day, store)
            #expect(pages.flatMap(\.events).map(\.eventID) == ["wrong-camera", "wrong-box", "young"])
            #expect(pages.count == 2 && pages[0].events.isEmpty && pages[0].lastRow == Int64(BackfillPage.lookLimit))
        }
    }

    @Test("All devices, a page at a time")
    func devices() async throws {
        try await withScratchStore { store, _ in
            try await store.write { context in
                for number in 1...5 {
                    let device = EdgeDevice(deviceID: "d\(number)", createdAt: context.now, updatedAt: context.now)
                    try context.register(device)
                }
            }
            let first = try await store.read { try AllDevices.read(after: nil, limit: 3, $0) }
            #expect(first.devices.map(\.deviceID) == ["d1", "d2", "d3"] && first.newestSequence == 5)
            let second = try await store.read { try AllDevices.read(after: first.next, limit: 3, $0) }
            #expect(second.devices.map(\.deviceID) == ["d4", "d5"] && second.next == nil)
        }
    }
}
