import Domain
import Gateway
import Store
import Testing

struct OutboundCommandTests {
    @Test func aCommandIsKeptUntilTheBrokerHasIt() async throws {
        let outbound = try await ScratchOutbound()
        _ = try await outbound.command("c-1")
        #expect(try await outbound.queue.delivery(of: "c-1") == .waiting)
        let restarted = try await outbound.restarted()
        let (words, messages) = try await restarted.next()
        #expect(words == ["system/control/gate-1"])
        try await restarted.acknowledge(messages)
        #expect(try await restarted.queue.delivery(of: "c-1") == .sent(at: ScratchGateway.now))
        #expect(try await restarted.queue.delivery(of: "c-2") == nil)
        #expect(try await restarted.restarted().next().words == [])
    }

    @Test func theSameCommandAgainIsTheSameAndAnotherOneIsRefused() async throws {
        let outbound = try await ScratchOutbound()
        let first = try await outbound.command("c-1", #"{"command":"restart","sent_at":"1"}"#)
        #expect(try await outbound.command("c-1", #"{"command":"restart","sent_at":"2"}"#) == first)
        let error = await #expect(throws: LinkError.self) {
            _ = try await outbound.command("c-1", #"{"command":"open","sent_at":"1"}"#)
        }
        #expect(error?.kind == .conflict)
    }

    @Test func atItsBoundTheQueueRefuses() async throws {
        let outbound = try await ScratchOutbound(limit: 2)
        _ = try await outbound.command("c-1")
        _ = try await outbound.command("c-2")
        let error = await #expect(throws: LinkError.self) { _ = try await outbound.command("c-3") }
        #expect(error?.kind == .queueFull)
    }

    @Test func whatIsSentStandsInLogAndStatistics() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a")
        let (_, messages) = try await outbound.next()
        try await outbound.acknowledge(messages)
        let page = try await outbound.gateway.store.read {
            try CommunicationLogRow.page(CommunicationLogRow.Filter(protocol: .mqtt), after: nil, limit: 10, $0)
        }
        #expect(page.rows.map(\.messageType) == ["lpr_event_processed"])
        #expect(page.rows.first?.direction == .outbound)
        #expect(page.rows.first?.destination == "mqtt://b:1883")
        let total = outbound.gateway.statistics.totals.first { $0.protocol == .mqtt && $0.direction == .outbound }
        #expect(total?.messages == 1)
    }

    @Test func workIsTold() async throws {
        let outbound = try await ScratchOutbound()
        try await confirmation { told in
            outbound.queue.onWork = { told() }
            _ = try await outbound.command("c-1")
        }
    }
}
