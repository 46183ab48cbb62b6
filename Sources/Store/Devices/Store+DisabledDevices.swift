import GRDB

extension Store {
    /// The devices whose messages are refused.
    public func disabledDeviceIDs() async throws -> Set<String> {
        try await read { database in
            try String.fetchSet(database, sql: "SELECT device_id FROM edge_devices WHERE status = 'disabled'")
        }
    }
}
