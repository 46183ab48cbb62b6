import Domain
import Gateway
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Bus and presence")
struct DevicePresenceTests {
    /// A store, its bus, and what went over it, at a time that the test sets.
    private final class Site: Sendable {
        let folder: ScratchFolder
        let bus = EventBus()
        let store: Store
        private let holder = TimeHolder()
        private let heard = Mutex<[String]>([])

        init() throws {
            folder = try ScratchFolder()
            store = try Store(
                Store.Configuration(directory: folder.path, clock: WallClock { [holder] in holder.now }),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, observer: bus.publish)
            bus.listen { [weak self] messages in self?.note(messages) }
        }

        func pass(_ duration: Duration) { holder.pass(duration) }

        func take() -> [String] {
            heard.withLock { heard in
                defer { heard = [] }
                return heard
            }
        }

        func insert(_ id: String) async throws {
            let now = holder.now
            let event = LPREvent(
                eventID: id, edgeDeviceID: "gate-1", capturedAt: now, receivedAt: now, createdAt: now, updatedAt: now,
                sourceProtocol: .http, contentDigest: [1])
            try await store.write { context in
                try context.register(EdgeDevice(deviceID: "gate-1", lastSeen: now, createdAt: now, updatedAt: now))
                _ = try context.insert(event)
            }
        }

        private func note(_ messages: [BusMessage]) {
            let words = messages.compactMap { message -> String? in
                switch message {
                case .change(.eventStored(let event), _): "+\(event.eventID)"
                case .change: nil
                case .rejected(let notice): "rejected \(notice.reason)"
                case .healthReported(let deviceID, _): "health \(deviceID)"
                case .presenceChanged(let deviceID): "presence \(deviceID)"
                case .answersQueued(let count): "answers \(count)"
                }
            }
            heard.withLock { $0 += words }
        }
    }

    private final class TimeHolder: Sendable {
        private let time = Mutex(ScratchGateway.now)
        var now: Instant { time.withLock { $0 } }
        func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    @Test("a device comes and falls silent, once each")
    func comesAndGoes() async throws {
        let site = try Site()
        let presence = DevicePresence(bus: site.bus, feed: ChangeFeed(site.store))
        try await presence.load()
        #expect(presence.onlineCount == 0)
        try await site.insert("e1")
        try await site.insert("e2")
        site.bus.publish([.healthReported(deviceID: "gate-1", isSignOfLife: true)])
        #expect(site.take() == ["+e1", "presence gate-1", "+e2", "health gate-1"])
        site.pass(EdgeDevice.onlineWindow)
        presence.sweep()
        #expect(site.take().isEmpty && presence.onlineCount == 1)
        site.pass(.milliseconds(1))
        presence.sweep()
        presence.sweep()
        #expect(site.take() == ["presence gate-1"] && presence.onlineCount == 0)
        presence.contact("gate-1")
        #expect(site.take() == ["presence gate-1"])
    }

    @Test("who was there before the start is no news")
    func afterStart() async throws {
        let site = try Site()
        try await site.insert("e1")
        let presence = DevicePresence(bus: site.bus, feed: ChangeFeed(site.store))
        try await presence.load()
        #expect(presence.onlineCount == 1)
        presence.contact("gate-1")
        #expect(site.take() == ["+e1"])
        site.pass(.seconds(3_600))
        let later = DevicePresence(bus: site.bus, feed: ChangeFeed(site.store))
        try await later.load()
        #expect(later.onlineCount == 0)
    }

    @Test("the feed says the same as the bus")
    func feed() async throws {
        let site = try Site()
        let feed = ChangeFeed(site.store)
        #expect(try await feed.newestSequence() == 0)
        try await site.insert("e1")
        let newest = try await feed.newestSequence()
        let page = try await feed.page(after: 0, limit: 100)
        #expect(page.next == newest && !page.hasMore && page.isComplete)
        let events = page.messages.compactMap { message -> String? in
            if case .change(.eventStored(let event), _) = message { event.eventID } else { nil }
        }
        #expect(events == ["e1"])
        #expect(try await feed.device("gate-1")?.deviceID == "gate-1")
        #expect(try await feed.device("other") == nil)
        #expect(try await feed.lastContacts().keys.sorted() == ["gate-1"])
    }
}
