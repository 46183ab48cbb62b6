import Synchronization

/// The files that are open for writing, over all connections.
///
/// A camera on a bad link comes back while its old connection still looks alive. So the newest one that opens a file
/// has it, and the older one's writes fail. While a file is being taken nobody opens it.
final class OpenUploads: Sendable {
    typealias Key = FileStatus.Identity

    /// One opening of one file.
    struct Ticket: Sendable {
        fileprivate let key: Key
        fileprivate let number: UInt64
    }

    private struct State {
        var holders: [Key: UInt64] = [:]
        var taken: Set<Key> = []
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// - Returns: nil when the file is being taken right now.
    func open(_ key: Key) -> Ticket? {
        state.withLock { state in
            guard !state.taken.contains(key) else { return nil }
            state.next += 1
            state.holders[key] = state.next
            return Ticket(key: key, number: state.next)
        }
    }

    /// Whether nobody has opened the file since.
    func isCurrent(_ ticket: Ticket) -> Bool {
        state.withLock { $0.holders[ticket.key] == ticket.number }
    }

    /// Ends the writing and begins the taking; false when another one has the file.
    func beginTaking(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            guard state.holders[ticket.key] == ticket.number else { return false }
            state.holders[ticket.key] = nil
            return state.taken.insert(ticket.key).inserted
        }
    }

    /// Begins the taking of a file that nobody writes; false when somebody does.
    func beginTaking(_ key: Key) -> Bool {
        state.withLock { state in
            guard state.holders[key] == nil else { return false }
            return state.taken.insert(key).inserted
        }
    }

    func endTaking(_ key: Key) {
        state.withLock { _ = $0.taken.remove(key) }
    }

    func close(_ ticket: Ticket) {
        state.withLock { state in
            if state.holders[ticket.key] == ticket.number { state.holders[ticket.key] = nil }
        }
    }
}
