import Domain
import NIOCore

/// A packet of Socket.IO, https://github.com/socketio/socket.io-protocol, version 5, in an Engine.IO message.
///
///     type [attachments "-"] ["/" namespace ","] [id] [JSON]
///     0{"token":"…"}   2["name",1]   2/admin,12["name"]   312[…]   51-["name",{"_placeholder":true,"num":0}]
struct SocketIOPacket: Sendable, Hashable {
    enum Kind: UInt8, Sendable {
        case connect = 0
        case disconnect = 1
        case event = 2
        case acknowledgement = 3
        case connectError = 4
        case binaryEvent = 5
        case binaryAcknowledgement = 6

        var hasAttachments: Bool { self == .binaryEvent || self == .binaryAcknowledgement }
    }

    /// Binary attachments of one packet: a camera sends a picture and a few crops.
    static let attachmentLimit = 32
    static let namespaceLimit = 100

    var kind: Kind
    /// `/` for the main one.
    var namespace = "/"
    /// What an acknowledgement refers to.
    var id: Int?
    /// The JSON behind it, as it came; empty when there is none.
    var json = ByteBuffer()
    /// How many binary messages follow.
    var attachmentCount = 0

    init(_ kind: Kind, namespace: String = "/", id: Int? = nil, json: ByteBuffer = ByteBuffer()) {
        self.kind = kind
        self.namespace = namespace
        self.id = id
        self.json = json
    }

    /// Reads the head; the JSON is left as it is. Nil when it is no packet.
    init?(_ message: ByteBuffer) {
        var rest = message
        guard let digit: UInt8 = rest.readInteger(), digit >= 48, let kind = Kind(rawValue: digit - 48) else {
            return nil
        }
        self.kind = kind
        if kind.hasAttachments {
            guard let count = Self.readNumber(&rest), count <= Self.attachmentLimit,
                rest.readInteger(as: UInt8.self) == UInt8(ascii: "-")
            else { return nil }
            attachmentCount = count
        }
        if rest.getInteger(at: rest.readerIndex, as: UInt8.self) == UInt8(ascii: "/") {
            guard let name = Self.readNamespace(&rest) else { return nil }
            namespace = name
        }
        id = Self.readNumber(&rest)
        json = rest
    }

    /// The packet as the text of an Engine.IO message.
    var message: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(kind.rawValue + 48)
        if kind.hasAttachments { buffer.writeString("\(attachmentCount)-") }
        if namespace != "/" { buffer.writeString("\(namespace),") }
        if let id { buffer.writeString("\(id)") }
        buffer.writeImmutableBuffer(json)
        return buffer
    }

    /// Digits, if there are any; at most 15, so that every number fits.
    private static func readNumber(_ rest: inout ByteBuffer) -> Int? {
        var number: Int?
        for _ in 0..<15 {
            guard let byte: UInt8 = rest.getInteger(at: rest.readerIndex), byte >= 48, byte <= 57 else { break }
            number = (number ?? 0) * 10 + Int(byte - 48)
            rest.moveReaderIndex(forwardBy: 1)
        }
        return number
    }

    /// Up to the comma, or to the end where nothing follows; a query behind the name is passed over, as older clients
    /// send it.
    private static func readNamespace(_ rest: inout ByteBuffer) -> String? {
        let comma = rest.readableBytesView.prefix(1_024).firstIndex(of: UInt8(ascii: ","))
        let length = comma.map { $0 - rest.readerIndex } ?? rest.readableBytes
        guard length <= 1_024, let bytes = rest.readBytes(length: length),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        if comma != nil { rest.moveReaderIndex(forwardBy: 1) }
        let name = text.prefix { $0 != "?" }
        return name.utf8.count <= namespaceLimit ? String(name) : nil
    }
}
