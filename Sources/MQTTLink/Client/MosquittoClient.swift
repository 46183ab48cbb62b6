import CMosquitto
import CMosquittoGuard

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One connection to one broker, by libmosquitto. It is used on one thread, connects once, and is thrown away.
///
/// libmosquitto acknowledges a QoS 1 message by putting the PUBACK into its outgoing queue when the message's callback
/// returns, and with `mosquitto_threaded_set` nothing leaves that queue before `mosquitto_loop_write`:
///
///     read() … read() ──▶ received ──▶ committed by the owner ──▶ release() ──▶ write()
///                          │ PUBACKs wait in the library's queue                  └ PUBACKs leave
///
/// Invariant 1 is kept here: `write()` does nothing while messages are there that were read and not released, so that
/// no PUBACK can overtake its commit.
final class MosquittoClient {
    struct Options {
        var clientID: String
        var version: MQTTVersion
        var username: String?
        var password: String?
        var encryption: Encryption?
        var will: Publication?
        /// Seconds.
        var keepAlive: Int32
        /// Seconds; nil for a session that ends with the connection.
        var sessionExpiry: UInt32?
        /// Messages that the broker may send without having our acknowledgement, 1…65,535.
        var receiveMaximum: Int32
        /// The most bytes of a packet that the broker may send; only MQTT 5 can say it.
        var packetLimit: UInt32
    }

    struct Encryption {
        /// PEM; nil for the system's.
        var caFile: String?
        var certificateFile: String?
        var keyFile: String?
    }

    struct Publication {
        var topic: String
        var payload: [UInt8]
        var qos: Int32 = 1
        var isRetained = false
    }

    /// Where the certificates of the system are, on Debian and Ubuntu.
    private static let systemCertificates = "/etc/ssl/certs"

    private let handle: OpaquePointer
    let inbox = MosquittoInbox()
    let options: Options

    init(_ options: Options) throws(ConnectionFailure) {
        _ = MosquittoLibrary.start
        guard let handle = mosquitto_new(options.clientID, options.sessionExpiry == nil, inbox.pointer) else {
            throw ConnectionFailure(.setup, "libmosquitto cannot be used: \(String(cString: strerror(errno)))")
        }
        self.handle = handle
        self.options = options
        mosquitto_threaded_set(handle, true)
        mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, options.version.option)
        mosquitto_int_option(handle, MOSQ_OPT_RECEIVE_MAXIMUM, options.receiveMaximum)
        mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, 65_535)
        // A small packet does not wait for the acknowledgement of the one before.
        mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
        inbox.attach(to: handle)
        do throws(ConnectionFailure) {
            try setUp()
        } catch {
            // A failing init runs no deinit.
            mosquitto_destroy(handle)
            throw error
        }
    }

    deinit {
        // Without a last write: PUBACKs of what was not committed go with it.
        mosquitto_destroy(handle)
    }

    private func setUp() throws(ConnectionFailure) {
        if let username = options.username {
            try check(mosquitto_username_pw_set(handle, username, options.password), "mqtt.username")
        }
        if let will = options.will {
            try check(
                mosquitto_will_set(
                    handle, will.topic, Int32(will.payload.count), will.payload, will.qos, will.isRetained),
                "the last will")
        }
        guard let encryption = options.encryption else { return }
        for path in [encryption.caFile, encryption.certificateFile, encryption.keyFile].compactMap({ $0 })
        where access(path, R_OK) != 0 {
            throw ConnectionFailure(.setup, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        let caPath = encryption.caFile == nil ? Self.systemCertificates : nil
        let code = mosquitto_tls_set(
            handle, encryption.caFile, caPath, encryption.certificateFile, encryption.keyFile
        ) { buffer, _, _, _ in
            // A key with a passphrase would otherwise ask for it at the terminal.
            buffer?.pointee = 0
            return 0
        }
        try check(code, "mqtt.ca_file, mqtt.certificate and mqtt.key")
        try check(mosquitto_tls_opts_set(handle, 1, nil, nil), "encryption")
    }

    private func check(_ code: Int32, _ object: String) throws(ConnectionFailure) {
        guard code != Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
        throw ConnectionFailure(.setup, "\(object) cannot be used: \(MosquittoLibrary.words(code))")
    }

    /// Begins to connect, without waiting for the network; only the name is looked up here, which may take seconds.
    func connect(to broker: BrokerAddress) throws(ConnectionFailure) {
        if options.version == .v5 { setConnectProperties() }
        let code = mosquitto_connect_async(handle, broker.host, Int32(broker.port), options.keepAlive)
        guard code != Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
        throw failure(code)
    }

    /// The library takes properties of a CONNECT only by its blocking call, and keeps them: with a port that cannot be,
    /// that call keeps them and returns before it does anything else.
    private func setConnectProperties() {
        var properties: OpaquePointer?
        defer { mosquitto_property_free_all(&properties) }
        if let expiry = options.sessionExpiry {
            mosquitto_property_add_int32(&properties, Int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue), expiry)
        }
        mosquitto_property_add_int32(
            &properties, Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue), options.packetLimit)
        _ = mosquitto_connect_bind_v5(handle, "none", -1, options.keepAlive, nil, properties)
    }

    /// -1 when there is no connection (any more).
    var descriptor: Int32 { mosquitto_socket(handle) }

    var wantsToWrite: Bool { inbox.received.isEmpty && mosquitto_want_write(handle) }

    /// Messages that were read and not released.
    var received: [InboundMessage] { inbox.received }
    var receivedCount: Int { inbox.received.count }
    /// Bytes of their payloads.
    var receivedBytes: Int { inbox.receivedBytes }

    /// What happened since the last time, apart from messages.
    func takeEvents() -> [MosquittoEvent] {
        defer { inbox.events.removeAll(keepingCapacity: true) }
        return inbox.events
    }

    /// Reads what is there, about one packet. Its events and messages are then in `takeEvents` and `received`.
    func read() throws(ConnectionFailure) {
        let code = guarded_mosquitto_loop_read(handle, 1)
        if code == GUARD_ASSERTION_FAILED {
            throw ConnectionFailure(inbox.isConnected ? .lost : .version, "the broker sends what is no MQTT 5")
        }
        if code != Int32(MOSQ_ERR_SUCCESS.rawValue) { throw failure(code) }
    }

    /// The messages that were read are committed: their PUBACKs may leave.
    func release() { inbox.release() }

    func write() throws(ConnectionFailure) {
        guard inbox.received.isEmpty else { return }
        let code = mosquitto_loop_write(handle, 1)
        if code != Int32(MOSQ_ERR_SUCCESS.rawValue) { throw failure(code) }
    }

    /// Sends a ping when it is time, and notices when none is answered; to be called every second or so.
    func keepAlive() throws(ConnectionFailure) {
        let code = mosquitto_loop_misc(handle)
        if code != Int32(MOSQ_ERR_SUCCESS.rawValue) { throw failure(code) }
    }

    /// - Parameter tellsRetained: whether a message that will be retained is marked so when it is heard for the first time
    ///   as well; only MQTT 5 can.
    func subscribe(to filter: String, tellsRetained: Bool) throws(ConnectionFailure) -> Int32 {
        var packetID: Int32 = 0
        // What is retained comes when the subscription is new, not at every connection of the session; and what we say
        // ourselves does not come back.
        var wishes = Int32(MQTT_SUB_OPT_SEND_RETAIN_NEW.rawValue) | Int32(MQTT_SUB_OPT_NO_LOCAL.rawValue)
        if tellsRetained { wishes |= Int32(MQTT_SUB_OPT_RETAIN_AS_PUBLISHED.rawValue) }
        let code = mosquitto_subscribe_v5(handle, &packetID, filter, 1, options.version == .v5 ? wishes : 0, nil)
        if code != Int32(MOSQ_ERR_SUCCESS.rawValue) { throw failure(code) }
        return packetID
    }

    /// Puts a message into the queue of what is written.
    /// - Returns: its packet identifier; nil when the broker cannot take such a message at all.
    func publish(_ publication: Publication) throws(ConnectionFailure) -> Int32? {
        var packetID: Int32 = 0
        let code = mosquitto_publish(
            handle, &packetID, publication.topic, Int32(publication.payload.count), publication.payload,
            publication.qos, publication.isRetained)
        switch code {
        case Int32(MOSQ_ERR_SUCCESS.rawValue): return packetID
        case Int32(MOSQ_ERR_NO_CONN.rawValue), Int32(MOSQ_ERR_CONN_LOST.rawValue): throw failure(code)
        default: return nil
        }
    }

    func disconnect() {
        guard inbox.received.isEmpty else { return }
        mosquitto_disconnect(handle)
        // The DISCONNECT is a few bytes behind what is queued; what the socket does not take now is not worth waiting.
        for _ in 0..<64 where mosquitto_want_write(handle) { _ = mosquitto_loop_write(handle, 1) }
    }
}
