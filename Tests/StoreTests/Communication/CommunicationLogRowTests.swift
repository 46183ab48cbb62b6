import Domain
import GRDB
import Testing

@testable import Store

@Suite struct CommunicationLogRowTests {
    /// Row n (1…12) came n minutes after the start: even rows failed, every third is MQTT, devices take turns.
    private func withLog(_ body: (Store) async throws -> Void) async throws {
        try await withScratchStore { store, _ in
            try await store.write { context in
                for number in 1...12 {
                    try context.log(
                        CommunicationLogEntry(
                            protocol: number % 3 == 0 ? .mqtt : .http, direction: number == 12 ? .outbound : .inbound,
                            source: number == 12 ? "server" : "cam-\(number % 2)",
                            destination: number == 12 ? "cam-1" : "server", messageType: "lpr_event",
                            isSuccess: number % 2 == 1, latency: .milliseconds(number), byteCount: number * 10,
                            errorMessage: number % 2 == 1 ? nil : "<b>no</b>", isFromTrustedNetwork: number == 1,
                            createdAt: HeldClock.start + .seconds(number * 60)))
                }
            }
            try await body(store)
        }
    }

    private static func minute(_ number: Int) -> Instant { HeldClock.start + .seconds(number * 60) }

    static let filters: [(CommunicationLogRow.Filter, [Int64])] = [
        (.init(), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (.init(protocol: .mqtt), [12, 9, 6, 3]),
        (.init(protocol: .sftp), []),
        (.init(device: "cam-1"), [12, 11, 9, 7, 5, 3, 1]),
        (.init(device: "' OR 1=1 --"), []),
        (.init(isSuccess: false), [12, 10, 8, 6, 4, 2]),
        (.init(protocol: .http, device: "cam-1", isSuccess: true), [11, 7, 5, 1]),
        (.init(from: minute(10)), [12, 11, 10]),
        (.init(to: minute(3)), [2, 1]),
        (.init(from: minute(4), to: minute(6)), [5, 4]),
        (.init(from: minute(6), to: minute(4)), []),
        (.init(from: Instant(microseconds: .max)), []),
        (.init(to: Instant(microseconds: .min)), []),
    ]

    @Test(arguments: filters)
    func aFilterShowsItsRowsOnly(_ filter: CommunicationLogRow.Filter, _ expected: [Int64]) async throws {
        try await withLog { store in
            let page = try await store.read { try CommunicationLogRow.page(filter, after: nil, limit: 500, $0) }
            #expect(page.rows.map(\.id) == expected)
            #expect(page.next == nil)
            // The same rows, two by two.
            var ids: [Int64] = []
            var cursor: Int64?
            repeat {
                let after = cursor
                let part = try await store.read { try CommunicationLogRow.page(filter, after: after, limit: 2, $0) }
                ids += part.rows.map(\.id)
                cursor = part.next
            } while cursor != nil && ids.count < 100
            #expect(ids == expected)
        }
    }

    @Test func aRowShowsEverythingThatWasLogged() async throws {
        try await withLog { store in
            let rows = try await store.read { try CommunicationLogRow.page(.init(), after: nil, limit: 500, $0).rows }
            let last = try #require(rows.first)
            #expect(last.protocol == "mqtt" && last.direction == .outbound && last.messageType == "lpr_event")
            #expect(last.source == "server" && last.destination == "cam-1" && !last.isSuccess)
            #expect(last.latencyMilliseconds == 12 && last.byteCount == 120 && last.errorMessage == "<b>no</b>")
            #expect(last.createdAt == Self.minute(12) && !last.isFromTrustedNetwork)
            #expect(rows.last?.isFromTrustedNetwork == true && rows.last?.errorMessage == nil)
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 5, .max])
    func anyCursorIsTaken(_ cursor: Int64) async throws {
        try await withLog { store in
            let page = try await store.read { try CommunicationLogRow.page(.init(), after: cursor, limit: 500, $0) }
            #expect(page.rows.map(\.id) == (1...12).filter { $0 < cursor }.reversed())
        }
    }

    @Test func aRareFilterLeadsOnInsteadOfScanningEverything() async throws {
        try await withLog { store in
            var pages: [[Int64]] = []
            var cursor: Int64?
            repeat {
                let after = cursor
                let page = try await store.read {
                    try CommunicationLogRow.page(.init(protocol: .mqtt), after: after, limit: 10, scanLimit: 5, $0)
                }
                pages.append(page.rows.map(\.id))
                cursor = page.next
            } while cursor != nil && pages.count < 10
            #expect(pages == [[12, 9], [6, 3], []])
        }
    }

    @Test func rowsWrittenWhileTheClockWasSetBackAreFound() async throws {
        try await withScratchStore { store, _ in
            let minutes = [0, 10, 20, 5, 6, 30, 40]
            try await store.write { context in
                for minute in minutes {
                    try context.log(
                        CommunicationLogEntry(
                            protocol: .http, direction: .inbound, source: "a", destination: "b", messageType: "m",
                            isSuccess: true, latency: .zero, byteCount: 0, createdAt: Self.minute(minute)))
                }
            }
            let page = try await store.read {
                try CommunicationLogRow.page(
                    .init(from: Self.minute(5), to: Self.minute(11)), after: nil, limit: 10, $0)
            }
            #expect(page.rows.map(\.id) == [5, 4, 2])
        }
    }

    @Test func anEmptyLogIsAnEmptyPage() async throws {
        try await withScratchStore { store, _ in
            let page = try await store.read {
                try CommunicationLogRow.page(.init(from: HeldClock.start), after: nil, limit: 10, $0)
            }
            #expect(page.rows.isEmpty && page.next == nil)
        }
    }
}
