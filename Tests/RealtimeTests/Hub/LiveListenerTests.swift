import Domain
import GRDB
import Gateway
import Logging
import NIOCore
import NIOPosix
import Store
import Synchronization
import TestSupport
import Testing

@testable import Realtime

/// A store, its bus and the hub, with one that listens.
private final class ListeningSite: Sendable {
    let folder: ScratchFolder
    let store: Store
    let hub: LiveHub
    let journal = Journal()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let sink: JournalSink
    private let running: Task<Void, Never>

    init(before count: Int) async throws {
        folder = try ScratchFolder()
        let bus = EventBus()
        let clock = WallClock { Instant(seconds: 1_795_395_600) }
        store = try Store(
            Store.Configuration(directory: folder.path, clock: clock), logger: logger, observer: bus.publish)
        sink = JournalSink(journal: journal)
        for number in 0..<count { try await Self.insert("before-\(number)", store) }
        hub = LiveHub(
            feed: ChangeFeed(store), bus: bus, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        try await hub.load()
        running = Task { [hub] in await hub.run() }
    }

    func join(since: Int64?, hold: TimeAmount = LiveListener.hold) async throws -> LiveListener {
        try await loop.submit { [self] in
            LiveListener.join(
                hub, sink: sink, role: .admin, since: since, limit: 100, hold: hold, on: loop, logger: logger)
        }.get()
    }

    func insert(_ id: String) async throws { try await Self.insert(id, store) }

    private static func insert(_ id: String, _ store: Store) async throws {
        let now = store.clock.now()
        let event = LPREvent(
            eventID: id, edgeDeviceID: "gate-1", capturedAt: now, receivedAt: now, createdAt: now, updatedAt: now,
            sourceProtocol: .http, contentDigest: [1])
        _ = try await store.write { try $0.insert(event) }
    }

    func end(_ listener: LiveListener) async throws {
        try await loop.submit { listener.leave() }.get()
        try await loop.submit { listener.leave() }.get()
        #expect(hub.audience == 0)
        running.cancel()
        await running.value
        try await store.close()
    }

    /// The ids of the events that were received, in order.
    var received: [String] {
        journal.text.split(separator: " ").filter { $0.hasPrefix("received=") }.map { String($0.dropFirst(9)) }
    }
}

private final class JournalSink: LiveSink, Sendable {
    let journal: Journal
    init(journal: Journal) { self.journal = journal }
    var isReady: Bool { true }

    func send(_ items: [LiveItem]) {
        for item in items where item.name == .received {
            let text = String(buffer: item.socketIOMessage)
            let json = try? JSONParser.parse(String(text.dropFirst()))
            journal.note("received=\(json?.arrayValue?.last?.objectValue?["event_id"]?.stringValue ?? "?") ")
        }
    }

    func sendMissed(count: Int?, since: Int64) { journal.note("missed=\(count.map { "\($0)" } ?? "?"):\(since) ") }
}

@Suite("Listening", .timeLimit(.minutes(45)))
struct LiveListenerTests {
    @Test("from now on")
    func live() async throws {
        let site = try await ListeningSite(before: 3)
        let listener = try await site.join(since: nil)
        try await site.insert("a")
        try await site.insert("b")
        await site.journal.wait(for: "received=b ")
        #expect(site.received == ["a", "b"])
        try await site.end(listener)
    }

    @Test("from the beginning, while more happens")
    func replay() async throws {
        let site = try await ListeningSite(before: 250)
        let listener = try await site.join(since: 0)
        for number in 0..<50 { try await site.insert("now-\(number)") }
        await site.journal.wait(for: "received=now-49 ")
        #expect(site.received == (0..<250).map { "before-\($0)" } + (0..<50).map { "now-\($0)" })
        #expect(!site.journal.text.contains("missed"))
        try await site.end(listener)
    }

    @Test("from a number that is not there yet, as after a restored backup", arguments: [1_000_000, Int64.max])
    func ahead(since: Int64) async throws {
        let site = try await ListeningSite(before: 3)
        let newest = site.hub.lastSequence
        let listener = try await site.join(since: since)
        try await site.insert("a")
        await site.journal.wait(for: "received=a ")
        #expect(site.journal.text == "missed=?:\(newest) received=a ")
        try await site.end(listener)
    }

    @Test("from before what is kept")
    func tooOld() async throws {
        let site = try await ListeningSite(before: 3)
        let newest = site.hub.lastSequence
        try await site.store.write { try $0.database.execute(sql: "DELETE FROM changes WHERE sequence < \(newest)") }
        let listener = try await site.join(since: 0)
        await site.journal.wait(for: "received=before-2 ")
        #expect(site.journal.text.hasPrefix("missed=?:0 "))
        try await site.end(listener)
    }

    @Test("`since` in the first frame: all of it, in order, once, whatever happened meanwhile")
    func firstFrame() async throws {
        let site = try await ListeningSite(before: 3)
        let listener = try await site.join(since: nil, hold: .hours(1))
        try await site.insert("a")
        _ = await listener.subscribe(try LiveSubscription(try JSONParser.parse("{\"since\":0}")))
        try await site.insert("b")
        await site.journal.wait(for: "received=b ")
        #expect(site.received == ["before-0", "before-1", "before-2", "a", "b"])
        try await site.end(listener)
    }

    @Test("a later `since` brings everything behind it again, in order")
    func laterSince() async throws {
        let site = try await ListeningSite(before: 3)
        let listener = try await site.join(since: nil)
        try await site.insert("a")
        await site.journal.wait(for: "received=a ")
        let answer = await listener.subscribe(try LiveSubscription(try JSONParser.parse("{\"since\":0}")))
        #expect(answer.events == LiveEventName.allCases && answer.sequence == site.hub.lastSequence)
        await site.journal.wait(for: "received=before-2 ")
        try await site.insert("b")
        await site.journal.wait(for: "received=b ")
        #expect(site.received == ["a", "before-0", "before-1", "before-2", "a", "b"])
        try await site.end(listener)
    }
}
