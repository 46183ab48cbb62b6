import CMosquitto

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension MosquittoClient {
    /// Why the library has ended the connection, when it has.
    var ending: ConnectionFailure? {
        descriptor < 0 ? failure(Int32(MOSQ_ERR_CONN_LOST.rawValue)) : nil
    }

    /// What the library's number means here; its log lines say more about encryption than the number does.
    func failure(_ code: Int32) -> ConnectionFailure {
        let system = errno
        if let refusal = inbox.refusal { return ConnectionFailure(connack: refusal) }
        if inbox.disconnectReason == 0x8E {
            return ConnectionFailure(
                .takenOver,
                "another client has connected with the client id \(options.clientID); give every box its own "
                    + "mqtt.client_id or site.id")
        }
        switch code {
        case Int32(MOSQ_ERR_TLS.rawValue), Int32(MOSQ_ERR_TLS_HANDSHAKE.rawValue):
            return ConnectionFailure(.encryption, TLSWords.explain(inbox.errors))
        case Int32(MOSQ_ERR_EAI.rawValue):
            return ConnectionFailure(.unreachable, "its name cannot be looked up")
        case Int32(MOSQ_ERR_ERRNO.rawValue):
            if options.encryption != nil, !inbox.isConnected, [ECONNRESET, EPIPE].contains(system) {
                // Our CONNECT was under way already: the alert that says why is lost.
                return ConnectionFailure(.encryption, TLSWords.brokenOff)
            }
            return ConnectionFailure(
                inbox.isConnected ? .lost : .unreachable, String(cString: strerror(system)).lowercased())
        case Int32(MOSQ_ERR_KEEPALIVE.rawValue):
            return ConnectionFailure(.lost, "the broker gives no sign of life")
        default:
            if let reason = inbox.disconnectReason, reason >= 0x80 {
                return ConnectionFailure(.lost, "the broker ended the connection: \(MosquittoLibrary.reason(reason))")
            }
            guard inbox.isConnected else {
                guard options.encryption != nil else {
                    return ConnectionFailure(
                        .version, "the broker closed the connection without an answer (does it want mqtts?)")
                }
                return inbox.errors.isEmpty
                    ? ConnectionFailure(.version, TLSWords.brokenOff)
                    : ConnectionFailure(.encryption, TLSWords.explain(inbox.errors))
            }
            return ConnectionFailure(
                .lost,
                code == Int32(MOSQ_ERR_CONN_LOST.rawValue)
                    ? "the connection was lost"
                    : "the broker does not follow the protocol: \(MosquittoLibrary.words(code))"
            )
        }
    }
}
