public import Domain
public import Store

/// What happened before: the change feed and the devices, for rooms that do not read the store.
public struct ChangeFeed: Sendable {
    public struct Page: Sendable {
        public let messages: [BusMessage]
        /// Where the next page begins.
        public let next: Int64
        public let hasMore: Bool
        /// Whether all changes behind the cursor are still kept.
        public let isComplete: Bool
    }

    private let store: Store

    public init(_ store: Store) {
        self.store = store
    }

    /// Changes behind a cursor, oldest first.
    public func page(after cursor: Int64, limit: Int) async throws -> Page {
        let page = try await store.read { try FeedPage.after(cursor, limit: limit, $0) }
        return Page(
            messages: page.changes.compactMap(BusMessage.init), next: page.lastSequence, hasMore: page.hasMore,
            isComplete: page.isComplete)
    }

    public func newestSequence() async throws -> Int64 {
        try await store.read { try FeedPage.newestSequence($0) }
    }

    public func device(_ deviceID: String) async throws -> EdgeDevice? {
        try await store.read { try EdgeDevice.fetch(deviceID: deviceID, $0) }
    }

    /// All devices with when they were last heard of.
    public func lastContacts() async throws -> [String: Instant] {
        try await store.read { database in
            var contacts: [String: Instant] = [:]
            var cursor: String?
            repeat {
                let page = try EdgeDevice.page(after: cursor, limit: EdgeDevice.pageLimit, database)
                for device in page.devices { contacts[device.deviceID] = device.lastSeen }
                cursor = page.next
            } while cursor != nil
            return contacts
        }
    }

    public var now: Instant { store.clock.now() }
}
