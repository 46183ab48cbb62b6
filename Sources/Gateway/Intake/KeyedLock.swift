import Synchronization

/// Lets one task at a time work on one key; the others wait in order.
///
/// Two copies of the same event with a picture would otherwise share one file name, and the one that fails would take
/// the file from the one that succeeds (invariant 8).
final class KeyedLock: Sendable {
    private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    func withLock<Value>(_ key: String, _ body: () async throws -> Value) async rethrows -> Value {
        await acquire(key)
        defer { release(key) }
        return try await body()
    }

    /// Holds several keys. They are taken in one order by everybody, so that no two tasks wait for each other.
    func withLocks<Value>(_ keys: Set<String>, _ body: () async throws -> Value) async rethrows -> Value {
        let keys = keys.sorted()
        for key in keys { await acquire(key) }
        defer { for key in keys { release(key) } }
        return try await body()
    }

    private func acquire(_ key: String) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting -> Bool in
                guard waiting[key] != nil else {
                    waiting[key] = []
                    return true
                }
                waiting[key]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ key: String) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var queue = waiting[key], !queue.isEmpty else {
                waiting[key] = nil
                return nil
            }
            let next = queue.removeFirst()
            waiting[key] = queue
            return next
        }
        next?.resume()
    }
}
