public import Domain
public import GRDB

extension LPREvent {
    /// The event of that id; nil when there is none.
    public static func stored(_ eventID: String, _ database: Database) throws -> LPREvent? {
        try fetch(eventID: eventID, database)
    }
}

extension Store {
    /// A page of events, newest first.
    public func events(_ filter: EventFilter, after cursor: EventCursor?, limit: Int) async throws -> EventPage {
        try await read { database in
            try EventQuery.page(filter, after: cursor, limit: limit, database)
        }
    }

    public func event(_ eventID: String) async throws -> LPREvent? {
        try await read { database in try LPREvent.fetch(eventID: eventID, database) }
    }
}
