import Domain
import GRDB
import Store
import Testing

@Suite struct EdgeDeviceQueriesTests {
    private func device(_ id: String) -> EdgeDevice {
        EdgeDevice(deviceID: id, createdAt: HeldClock.start, updatedAt: HeldClock.start)
    }

    private func fetch(_ id: String, _ store: Store) async throws -> EdgeDevice? {
        try await store.read { try EdgeDevice.fetch(deviceID: id, $0) }
    }

    private func feed(_ store: Store) async throws -> [String] {
        try await store.read { database in
            try String.fetchAll(
                database, sql: "SELECT entity || ' ' || entity_key || ' ' || operation FROM changes ORDER BY sequence")
        }
    }

    @Test func registeringTwiceKeepsTheFirstAndRecordsOneChange() async throws {
        try await withScratchStore { store, _ in
            let full = EdgeDevice(
                deviceID: "gate-1", name: "ประตู 1", hostname: "cam.local", ipAddress: "192.0.2.7", status: .disabled,
                site: "north", checkpoint: "A", lastSeen: HeldClock.start, protocols: [.mqtt, .http],
                health: #"{"ok":true}"#, createdAt: HeldClock.start, updatedAt: HeldClock.start)
            let isNew = try await store.write { try $0.register(full) }
            #expect(isNew)
            let again = device("gate-1")
            let isNewAgain = try await store.write { try $0.register(again) }
            #expect(!isNewAgain)
            #expect(try await fetch("gate-1", store) == full)
            #expect(try await fetch("gate", store) == nil)
            #expect(try await feed(store) == ["edge_devices gate-1 update"])
        }
    }

    @Test func updateChangesWhatAnAdminMayChange() async throws {
        try await withScratchStore { store, clock in
            let first = device("gate-1")
            _ = try await store.write { try $0.register(first) }
            try await store.write {
                $0.noteContact(deviceID: "gate-1", address: "192.0.2.9", protocol: .mqtt)
            }
            clock.now = HeldClock.start + .seconds(60)
            // What the admin's page saw is older than the contact.
            var changed = device("gate-1")
            changed.name = "'; DROP TABLE edge_devices; --"
            changed.hostname = "h"
            changed.site = "s"
            changed.checkpoint = "c"
            changed.status = .disabled
            let update = changed
            let isThere = try await store.write { try $0.update(update) }
            #expect(isThere)
            var expected = update
            expected.ipAddress = "192.0.2.9"
            expected.lastSeen = HeldClock.start
            expected.protocols = [.mqtt]
            expected.updatedAt = clock.now
            #expect(try await fetch("gate-1", store) == expected)
            let unknown = device("nobody")
            let isUnknownThere = try await store.write { try $0.update(unknown) }
            #expect(!isUnknownThere)
            #expect(try await feed(store) == ["edge_devices gate-1 update", "edge_devices gate-1 update"])
        }
    }

    @Test func healthIsKeptWithoutAChangeInTheFeed() async throws {
        try await withScratchStore { store, _ in
            let first = device("gate-1")
            _ = try await store.write { try $0.register(first) }
            let isKept = try await store.write { try $0.setHealth(deviceID: "gate-1", json: #"{"cpu":0.5}"#) }
            #expect(isKept)
            let isUnknownKept = try await store.write { try $0.setHealth(deviceID: "gate-2", json: "{}") }
            #expect(!isUnknownKept)
            #expect(
                try await fetch("gate-1", store)?.health == #"{"cpu":0.5}"#)
            #expect(try await feed(store).count == 1)
        }
    }

    @Test(arguments: ["", String(repeating: "x", count: 51)])
    func anIDThatDoesNotFitIsRefused(_ id: String) async throws {
        try await withScratchStore { store, _ in
            let wrong = device(id)
            let error = await #expect(throws: StoreError.self) { _ = try await store.write { try $0.register(wrong) } }
            #expect(error?.kind == .constraint)
            let changes = try await feed(store)
            #expect(changes.isEmpty)
        }
    }

    @Test func tenThousandDevicesArePagedByKey() async throws {
        try await withScratchStore { store, _ in
            try await store.write { context in
                for number in 0..<10_000 { try context.register(self.device("cam-\(10_000 + number * 7 % 10_000)")) }
            }
            var seen: [String] = []
            var cursor: String?
            var pages = 0
            repeat {
                let after = cursor
                let page = try await store.read { try EdgeDevice.page(after: after, limit: 9_999, $0) }
                #expect(page.devices.count <= EdgeDevice.pageLimit)
                seen += page.devices.map(\.deviceID)
                cursor = page.next
                pages += 1
            } while cursor != nil && pages < 100
            #expect(seen == (10_000..<20_000).map { "cam-\($0)" })
            #expect(pages == 20)
            let count = try await store.read { try EdgeDevice.count($0) }
            #expect(count == 10_000)
        }
    }

    @Test(arguments: [(-5, 1), (0, 1), (1, 1), (2, 2), (3, 3), (4, 3), (.max, 3)])
    func theLimitIsBroughtInside(_ limit: Int, _ expected: Int) async throws {
        try await withScratchStore { store, _ in
            try await store.write { context in
                for id in ["a", "b", "c"] { try context.register(self.device(id)) }
            }
            let page = try await store.read { try EdgeDevice.page(after: nil, limit: limit, $0) }
            #expect(page.devices.count == expected)
            #expect((page.next == nil) == (expected == 3))
        }
    }

    @Test func eventsTodayCountsFromTheInstantOn() async throws {
        try await withScratchStore { store, _ in
            let midnight = HeldClock.start
            try await store.insert([
                scratchEvent("1", device: "a", at: midnight - .microseconds(1)),
                scratchEvent("2", device: "a", at: midnight),
                scratchEvent("3", device: "a", at: midnight + .seconds(9)),
                scratchEvent("4", device: "b", at: midnight + .seconds(9)),
                scratchEvent("5", device: "other", at: midnight + .seconds(9)),
            ])
            let counts = try await store.read {
                try EdgeDevice.eventsToday(deviceIDs: ["a", "b", "none", "x' OR 1=1 --"], since: midnight, $0)
            }
            #expect(counts == ["a": 2, "b": 1, "none": 0, "x' OR 1=1 --": 0])
        }
    }
}
