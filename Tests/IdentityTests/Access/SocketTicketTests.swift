import Domain
import Testing

@testable import Identity

@Suite("Tickets for WebSockets")
struct SocketTicketTests {
    private static let anna = Principal(subject: .user(name: "anna"), role: .viewer)

    private static func code(_ tickets: SocketTickets, _ text: String) -> IdentityError.Code? {
        do throws(IdentityError) {
            _ = try tickets.redeem(text)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("open one connection, for thirty seconds")
    func once() throws {
        let time = TestTime()
        let tickets = SocketTickets(clock: time.monotonic)
        let text = tickets.issue(to: Self.anna).reveal()
        time.advance(SocketTickets.lifetime)
        #expect(try tickets.redeem(text) == Self.anna)
        #expect(Self.code(tickets, text) == .invalidCredentials)
        let late = tickets.issue(to: Self.anna).reveal()
        time.advance(SocketTickets.lifetime + .milliseconds(1))
        #expect(Self.code(tickets, late) == .invalidCredentials)
    }

    @Test("only those that were issued", arguments: ["", "x", "%00", String(repeating: "A", count: 1_000_000)])
    func others(text: String) {
        let tickets = SocketTickets(clock: TestTime().monotonic)
        _ = tickets.issue(to: Self.anna)
        #expect(Self.code(tickets, text) == .invalidCredentials)
    }

    @Test("are bounded: the oldest goes")
    func bounded() {
        let time = TestTime()
        let tickets = SocketTickets(clock: time.monotonic)
        let first = tickets.issue(to: Self.anna).reveal()
        time.advance(.milliseconds(1))
        let others = (0..<SocketTickets.capacity).map { _ in tickets.issue(to: Self.anna).reveal() }
        #expect(Set(others).count == others.count)
        #expect(Self.code(tickets, first) == .invalidCredentials)
        #expect(others.allSatisfy { Self.code(tickets, $0) == nil })
    }
}
