import Domain
import GRDB
import Store

/// The local database, asked on the replicator's own thread.
struct LocalSide {
    let store: Store

    var now: Instant { store.clock.now() }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) throws -> Value {
        let store = store
        return try BlockingThread.run { () -> Result<Value, any Error> in
            do { return .success(try await store.read(body)) } catch { return .failure(error) }
        }.get()
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (WriteContext) throws -> Value) throws -> Value {
        let store = store
        return try BlockingThread.run { () -> Result<Value, any Error> in
            do { return .success(try await store.write(body)) } catch { return .failure(error) }
        }.get()
    }

    /// What is known of a number of the feed.
    func known(of watermark: Int64) throws -> Alignment.Local {
        try read { database in
            Alignment.Local(
                newest: try FeedPage.newestSequence(database), first: try FeedPage.oldestSequence(database),
                opening: try FeedLineage.opening(of: watermark, database))
        }
    }
}
