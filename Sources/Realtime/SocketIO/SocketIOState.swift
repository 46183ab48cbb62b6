import NIOCore

/// One client of Socket.IO as a pure state machine: messages of Engine.IO in, what they mean out.
///
///     packets with attachments: head ── binary ── binary … ──▶ whole     (nothing else may come between)
///     namespaces: unknown ── 0 ──▶ asking ── allowed ──▶ connected ── 1 ──▶ unknown
struct SocketIOState {
    enum Input {
        case text(ByteBuffer)
        case binary(ByteBuffer)
    }

    enum Meaning {
        /// The client wants to connect to a namespace that exists; `allow` or `refuse` follows.
        case connect(namespace: String, auth: ByteBuffer)
        /// It wants to connect to one that does not.
        case unknownNamespace(String)
        case disconnect(namespace: String)
        /// An event, with the number of the acknowledgement that it asks for.
        case event(namespace: String, id: Int?, json: ByteBuffer, attachments: [ByteBuffer])
        /// An acknowledgement of something that we sent.
        case acknowledgement
        /// More has to come first, or it was of no account.
        case nothing
        /// The client broke the protocol: the connection ends.
        case violation
    }

    let namespaces: Set<String>
    private(set) var connected: Set<String> = []
    private var asking: Set<String> = []
    private var head: SocketIOPacket?
    private var attachments: [ByteBuffer] = []

    init(namespaces: Set<String>) {
        self.namespaces = namespaces
    }

    /// Whether attachments of a packet are still to come.
    var isInsidePacket: Bool { head != nil }
    /// Whether that packet will be of account: what is for a namespace to which the client is not connected need not
    /// be kept until it is whole.
    var keepsPacket: Bool { head.map { connected.contains($0.namespace) } ?? false }

    mutating func allow(_ namespace: String) {
        asking.remove(namespace)
        connected.insert(namespace)
    }

    mutating func refuse(_ namespace: String) { asking.remove(namespace) }

    mutating func receive(_ input: Input) -> Meaning {
        switch input {
        case .binary(let bytes):
            guard let packet = head else { return .violation }
            attachments.append(keepsPacket ? bytes : ByteBuffer())
            guard attachments.count == packet.attachmentCount else { return .nothing }
            defer {
                head = nil
                attachments = []
            }
            return meaning(of: packet, attachments)
        case .text(let text):
            guard head == nil, let packet = SocketIOPacket(text) else { return .violation }
            guard packet.kind.hasAttachments, packet.attachmentCount > 0 else { return meaning(of: packet, []) }
            head = packet
            return .nothing
        }
    }

    private mutating func meaning(of packet: SocketIOPacket, _ attachments: [ByteBuffer]) -> Meaning {
        switch packet.kind {
        case .connect:
            guard namespaces.contains(packet.namespace) else { return .unknownNamespace(packet.namespace) }
            // A second time is of no account: the first answer holds.
            guard !connected.contains(packet.namespace), asking.insert(packet.namespace).inserted else {
                return .nothing
            }
            return .connect(namespace: packet.namespace, auth: packet.json)
        case .disconnect:
            return connected.remove(packet.namespace) != nil ? .disconnect(namespace: packet.namespace) : .nothing
        case .event, .binaryEvent:
            guard packet.json.readableBytes > 0 else { return .violation }
            // A client that has just been disconnected may not know it yet.
            guard connected.contains(packet.namespace) else { return .nothing }
            return .event(
                namespace: packet.namespace, id: packet.id, json: packet.json, attachments: attachments)
        case .acknowledgement, .binaryAcknowledgement:
            return packet.id == nil ? .violation : .acknowledgement
        case .connectError: return .violation
        }
    }
}
