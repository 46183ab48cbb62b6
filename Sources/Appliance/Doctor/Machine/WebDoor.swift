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

    private static let limit: TimeAmount = .seconds(1)
    private static let answerLimit = 64 * 1_024

    /// - Parameter isTLS: what the configuration says; the running appliance may have started with another one.
    static func ask(_ address: ListenAddress, isTLS: Bool) async -> Answer {
        let outcome = await TCPProbe.connect(address.reachableHost, address.port)
        guard outcome == .open else { return .closed(outcome) }
        for scheme in isTLS ? ["https", "http"] : ["http", "https"] {
            if let health = await health(scheme, address) { return .appliance(health) }
        }
        return .stranger
    }

    private static func health(_ scheme: String, _ address: ListenAddress) async -> JSONObject? {
        let host = address.address.family == .v6 ? "[\(address.reachableHost)]" : address.reachableHost
        var configuration = HTTPClient.Configuration(timeout: .init(connect: limit))
        configuration.connectionPool.retryConnectionEstablishment = false
        // It is this box that is asked, and nothing is told to it. Whether others trust its certificate is another check.
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        configuration.tlsConfiguration = tls
        let body = try? await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let request = HTTPClientRequest(url: "\(scheme)://\(host):\(address.port)/api/health")
            let response = try await client.execute(request, timeout: limit)
            return try await response.body.collect(upTo: answerLimit)
        }
        guard let body, let health = (try? JSONParser.parse(Array(body.readableBytesView)))?.objectValue,
            health["uptime_seconds"] != nil, health["status"] != nil
        else { return nil }
        return health
    }
}
