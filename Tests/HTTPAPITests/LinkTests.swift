import Domain
import Gateway
import HTTPTypes
import Store
import Synchronization
import Testing

@testable import HTTPAPI

/// What the API tells of the connections that the appliance makes itself.
@Suite struct LinkTests {
    /// A link in whatever state a test wants.
    private final class FakeLink: CommunicationLink {
        let name = "mqtt"
        let `protocol` = SourceProtocol.mqtt
        private let current: Mutex<LinkStatus>

        init(_ status: LinkStatus) { current = Mutex(status) }

        var status: LinkStatus {
            get { current.withLock { $0 } }
            set { current.withLock { $0 = newValue } }
        }

        func send(_ command: DeviceCommand) async throws -> CommandReceipt {
            throw LinkError(.off, reason: "MQTT is not set up")
        }

        func delivery(of commandID: String) async throws -> CommandDelivery? { nil }
    }

    private static func site(_ link: FakeLink) async throws -> TestSite {
        var options = TestSite.Options()
        options.links = [link]
        return try await TestSite(options)
    }

    @Test func offIsNoTrouble() async throws {
        let site = try await Self.site(FakeLink(LinkStatus(.off)))
        let health = try await site.send(.get, "/api/health", as: .viewer)
        #expect(health.string("status") == "ok")
        #expect(health.string("components.mqtt.state") == "off")
        #expect(health.value("components.mqtt.last_error") == .null)
        #expect(await site.services.isHealthy())
        let printed = try await site.send(.get, "/admin/status", bytes: [], address: "local", isAdmin: true)
        #expect(printed.string("components.mqtt.state") == "off")
    }

    @Test func aSiteWithoutLinksNamesNone() async throws {
        let site = try await TestSite()
        #expect(try await site.send(.get, "/api/health", as: .viewer).value("components.mqtt") == nil)
        #expect(site.services.linkedNow(.mqtt) == nil)
    }

    @Test func detailsStandBesideTheState() async throws {
        let link = FakeLink(
            LinkStatus(
                .ok, connectedNow: 1,
                details: [
                    ("broker", "mqtt://127.0.0.1:1883"), ("protocol_version", "5.0"), ("connected_since", .null),
                    ("waiting", 12), ("dropped", 0),
                ]))
        let site = try await Self.site(link)
        let health = try await site.send(.get, "/api/health", as: .viewer)
        #expect(
            health.value("components.mqtt")?.objectValue?.members.map(\.name) == [
                "state", "since", "last_error", "broker", "protocol_version", "connected_since", "waiting", "dropped",
            ])
        #expect(health.string("components.mqtt.broker") == "mqtt://127.0.0.1:1883")
        #expect(health.integer("components.mqtt.waiting") == 12)
        #expect(try await site.send(.get, "/api/health", as: .device).value("components") == nil)
    }

    @Test(arguments: [(LinkStatus.State.degraded, "degraded"), (.failed, "failed")])
    func troubleIsToldAndRemembered(state: LinkStatus.State, word: String) async throws {
        let link = FakeLink(LinkStatus(.ok, connectedNow: 1))
        let site = try await Self.site(link)
        #expect(try await site.send(.get, "/api/health", as: .viewer).string("components.mqtt.state") == "ok")
        site.advance(.seconds(60))
        link.status = LinkStatus(state, problem: "no broker answers at mqtt://10.0.0.9:1883")
        let ill = try await site.send(.get, "/api/health", as: .viewer)
        #expect(ill.string("status") == "degraded")
        #expect(ill.string("components.mqtt.state") == word)
        #expect(ill.string("components.mqtt.since") == (TestSite.start + .seconds(60)).rfc3339)
        #expect(ill.string("components.mqtt.last_error") == "no broker answers at mqtt://10.0.0.9:1883")
        link.status = LinkStatus(.ok, connectedNow: 1)
        let well = try await site.send(.get, "/api/health", as: .viewer)
        #expect(well.string("status") == "ok")
        #expect(well.string("components.mqtt.last_error")?.isEmpty == false)
    }

    @Test func statisticsCountTheConnection() async throws {
        let link = FakeLink(LinkStatus(.ok, connectedNow: 1))
        let site = try await Self.site(link)
        _ = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a"))
        site.services.statistics.record(
            protocol: .mqtt, direction: .inbound, isSuccess: true, latency: .milliseconds(1), byteCount: 10,
            at: TestSite.start)
        let statistics = try await site.send(.get, "/api/communication/stats", as: .viewer)
        let rows = statistics.value("protocols")?.arrayValue?.compactMap(\.objectValue) ?? []
        #expect(rows.first { $0["protocol"] == "mqtt" }?["connected_now"] == 1)
        #expect(rows.first { $0["protocol"] == "http" }?["connected_now"] == .null)
    }
}
