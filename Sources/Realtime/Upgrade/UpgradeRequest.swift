import Crypto
import Domain
public import NIOHTTP1

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A request to become a WebSocket (RFC 6455, section 4).
public struct UpgradeRequest: Sendable {
    public let path: String
    public let query: LiveQuery
    public let headers: HTTPHeaders
    /// The address of the TCP connection's other end, without a port.
    public let peer: String
    private let key: String

    /// - Returns: nil when the request asks for something else, or for nothing.
    /// - Throws: `UpgradeRefusal` when it asks for a WebSocket in a way that cannot be answered.
    init?(_ head: HTTPRequestHead, peer: String) throws(UpgradeRefusal) {
        guard head.headers.hasToken("websocket", in: "upgrade"), head.headers.hasToken("upgrade", in: "connection")
        else { return nil }
        guard head.method == .GET else { throw .badRequest("A WebSocket begins with GET.") }
        guard head.headers["sec-websocket-version"] == ["13"] else { throw .otherVersion }
        let keys = head.headers["sec-websocket-key"]
        guard keys.count == 1, Data(base64Encoded: keys[0])?.count == 16 else {
            throw .badRequest("Sec-WebSocket-Key must be 16 bytes in base64.")
        }
        key = keys[0]
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? "/"
        query = LiveQuery(parts.count > 1 ? String(parts[1]) : "")
        headers = head.headers
        self.peer = peer
    }

    /// The answer that proves that the key was read.
    var accept: String {
        var hash = Insecure.SHA1()
        hash.update(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(hash.finalize()).base64EncodedString()
    }
}

extension HTTPHeaders {
    fileprivate func hasToken(_ token: String, in name: String) -> Bool {
        self[canonicalForm: name].contains { $0.lowercased() == token }
    }

    /// Whether the HTTP decoder takes what follows for another protocol and reads no further request.
    var endsHTTP: Bool { contains(name: "upgrade") && hasToken("upgrade", in: "connection") }
}

/// The parameters of a query; of one that stands there twice, the first counts.
public struct LiveQuery: Sendable {
    private var values: [String: String] = [:]

    public init(_ text: String) {
        for pair in text.split(separator: "&").prefix(32) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), values[name] == nil else { continue }
            values[name] = parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
    }

    public subscript(name: String) -> String? { values[name] }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}

/// Why a request does not become a WebSocket, in words for the client.
public struct UpgradeRefusal: Error, Sendable {
    public let status: HTTPResponseStatus
    /// The stable word of docs/api.md.
    public let code: String
    public let detail: String
    public let headers: HTTPHeaders

    public init(_ status: HTTPResponseStatus, code: String, _ detail: String, headers: HTTPHeaders = [:]) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    static func badRequest(_ detail: String) -> UpgradeRefusal {
        UpgradeRefusal(.badRequest, code: "bad-request", detail)
    }

    static let otherVersion = UpgradeRefusal(
        .upgradeRequired, code: "bad-request", "This server speaks version 13 of the WebSocket protocol.",
        headers: ["Sec-WebSocket-Version": "13", "Upgrade": "websocket"])
}
