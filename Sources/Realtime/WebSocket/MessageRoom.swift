import DequeModule
import NIOCore
import Synchronization

/// The bytes of large messages that may be in memory at once, of all sockets together (invariant 5).
///
/// A message takes all of its room before its first byte is read, so that messages that are half there never wait for
/// each other. At the bound nobody is refused: the connection is not read from until it is its turn, and the camera's
/// own TCP window holds the picture back. Cameras that do not repeat what was refused lose nothing.
package final class MessageRoom: Sendable {
    fileprivate struct Request: Sendable {
        let bytes: Int
        let ticket: Int
        let grant: @Sendable () -> Void
    }

    fileprivate struct State {
        var free: Int
        var nextTicket = 0
        var waiting: Deque<Request> = []
    }

    private let limit: Int
    private let state: Mutex<State>

    /// - Parameter limit: bytes. A message exists up to three times while it is decoded: as sent, as text, as picture.
    package init(limit: Int = 48 << 20) {
        self.limit = limit
        state = Mutex(State(free: limit))
    }

    /// Takes room, in the order of asking.
    /// - Parameter grant: is called once, here or from another thread, when there is room; not after `withdraw`.
    /// - Returns: the ticket to withdraw with.
    func take(_ bytes: Int, grant: @escaping @Sendable () -> Void) -> Int {
        let (ticket, isFree) = state.withLock { state -> (Int, Bool) in
            state.nextTicket += 1
            // A message larger than all of it would wait for ever: it gets all of it.
            let bytes = min(bytes, limit)
            if state.waiting.isEmpty, state.free >= bytes {
                state.free -= bytes
                return (state.nextTicket, true)
            }
            state.waiting.append(Request(bytes: bytes, ticket: state.nextTicket, grant: grant))
            return (state.nextTicket, false)
        }
        if isFree { grant() }
        return ticket
    }

    /// Gives up waiting.
    /// - Returns: false when the room was granted meanwhile and has to be given back.
    func withdraw(_ ticket: Int) -> Bool {
        let (wasWaiting, granted) = state.withLock { state -> (Bool, [Request]) in
            guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else { return (false, []) }
            state.waiting.remove(at: index)
            return (true, state.grantWhatFits())
        }
        for request in granted { request.grant() }
        return wasWaiting
    }

    /// - Parameter bytes: as many as were taken.
    func giveBack(_ bytes: Int) {
        let granted = state.withLock { state -> [Request] in
            state.free += min(bytes, limit)
            return state.grantWhatFits()
        }
        for request in granted { request.grant() }
    }

    var freeBytes: Int { state.withLock { $0.free } }
}

extension MessageRoom.State {
    fileprivate mutating func grantWhatFits() -> [MessageRoom.Request] {
        var granted: [MessageRoom.Request] = []
        while let next = waiting.first, next.bytes <= free {
            free -= next.bytes
            granted.append(next)
            waiting.removeFirst()
        }
        return granted
    }
}
