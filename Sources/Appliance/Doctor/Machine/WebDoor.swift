import AsyncHTTPClient
import Domain
import NIOCore
import NIOSSL

/// Finds out who answers HTTP at an address of the box.
enum WebDoor {
    enum Answer: Sendable, Hashable {
        /// An appliance: what it tells everybody about its health.
        case appliance(JSONObject)
        /// Somebody, but no appliance.
        case stranger
        case closed(TCPProbe.Outcome)
    }

    private static var limit: TimeAmount { .seconds(Int64(Patience.factor)) }
    private static let answerLimit = 64 * 1_024

    /// - Parameter isTLS: what the configuration says; the running appliance may have started with another one.
    static func ask(_ address: ListenAddress, isTLS: Bool) async -> Answer {
        let outcome = await TCPProbe.connect(address.reachableHost, address.port)
        guard outcome == .open else { return .closed(outcome) }
        for scheme in isTLS ? ["https", "http"] : ["http", "https"] {
            if let found = await health("\(scheme)://\(address.reachable)/api/health") { return .appliance(found) }
        }
        return .stranger
    }

    /// - Returns: nil when it is no appliance that answers.
    private static func health(_ url: String) async -> JSONObject? {
        guard let body = try? await fetch(url),
            let health = (try? JSONParser.parse(Array(body.readableBytesView)))?.objectValue,
            health["uptime_seconds"] != nil, health["status"] != nil
        else { return nil }
        return health
    }

    private static func fetch(_ url: String) async throws -> ByteBuffer {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: limit))
        configuration.connectionPool.retryConnectionEstablishment = false
        // It is this box that is asked, and nothing is told to it. Whether others trust its certificate is another check.
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        configuration.tlsConfiguration = tls
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: limit)
            return try await response.body.collect(upTo: answerLimit)
        }
    }
}
