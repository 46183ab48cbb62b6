import Synchronization

/// One-time tickets for WebSockets of browsers, which cannot send headers: each opens one connection within half a
/// minute, in the name of whoever asked for it. Only digests stay in memory (invariant 6).
public final class SocketTickets: Sendable {
    public static let lifetime: Duration = .seconds(30)
    /// Tickets that may be open at once; the oldest goes (invariant 5).
    static let capacity = 1_000

    private struct Ticket: Sendable {
        let principal: Principal
        let issuedAt: Duration
    }

    private let clock: MonotonicClock
    private let tickets = Mutex<[SecretDigest: Ticket]>([:])

    init(clock: MonotonicClock) {
        self.clock = clock
    }

    /// A ticket for the holder of valid credentials.
    public func issue(to principal: Principal) -> SecretText {
        let text = RandomText.token()
        let now = clock.now()
        tickets.withLock { tickets in
            tickets.makeRoom(
                capacity: Self.capacity, isSpent: { now - $0.issuedAt > Self.lifetime }, age: \.issuedAt)
            tickets[SecretDigest(of: text)] = Ticket(principal: principal, issuedAt: now)
        }
        return SecretText(text)
    }

    /// Takes a ticket back and says whose it was.
    /// - Throws: `IdentityError` `invalidCredentials` when it is unknown, used or too old.
    public func redeem(_ text: String) throws(IdentityError) -> Principal {
        let now = clock.now()
        guard RandomText.isToken(text),
            let ticket = tickets.withLock({ $0.removeValue(forKey: SecretDigest(of: text)) }),
            now - ticket.issuedAt <= Self.lifetime
        else { throw .invalidCredentials("unknown ticket") }
        return ticket.principal
    }
}
