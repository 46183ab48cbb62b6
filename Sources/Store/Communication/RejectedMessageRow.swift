public import Domain
public import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A row of `rejected_messages` as it is shown.
public struct RejectedMessageRow: Sendable, Hashable {
    public let id: Int64
    public let receivedAt: Instant
    /// As it stands in the table.
    public let `protocol`: String
    public let peer: String
    public let deviceID: String?
    /// Where it came in, such as an MQTT topic.
    public let topic: String?
    public let reason: String
    /// The kept beginning of the payload.
    public let keptPayload: [UInt8]
    /// The size of the whole payload, bytes.
    public let payloadByteCount: Int64

    /// The kept beginning of the payload as text; bytes that are no UTF-8 are shown as U+FFFD.
    public var payload: String { Self.text(keptPayload, isCutOff: isCutOff) }

    /// The same; nil when it is no UTF-8.
    public var validPayload: String? {
        let whole = isCutOff ? Self.withoutCutCharacter(keptPayload) : keptPayload[...]
        return String(validating: whole, as: UTF8.self)
    }

    private var isCutOff: Bool { payloadByteCount > Int64(keptPayload.count) }

    public struct Page: Sendable {
        public let messages: [RejectedMessageRow]
        /// The cursor of the page behind this one; nil when nothing follows.
        public let next: Int64?
    }

    /// The most messages of one page.
    public static let pageLimit = 500

    /// A page, newest first.
    /// - Parameters:
    ///   - cursor: `next` of the page before; nil for the newest.
    ///   - limit: 1…`pageLimit`; what lies outside is brought inside.
    public static func page(after cursor: Int64?, limit: Int, _ database: Database) throws -> Page {
        let limit = min(max(limit, 1), pageLimit)
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(columns)
                FROM rejected_messages WHERE id < ? ORDER BY id DESC LIMIT ?
                """)
        var messages = try Row.fetchAll(statement, arguments: [cursor ?? .max, limit + 1])
            .map(RejectedMessageRow.init(row:))
        let hasMore = messages.count > limit
        if hasMore { messages.removeLast() }
        return Page(messages: messages, next: hasMore ? messages.last?.id : nil)
    }

    /// Those behind a message, oldest first.
    /// - Parameters:
    ///   - id: of that message; 0 for all that are kept.
    ///   - limit: 1…`pageLimit`; what lies outside is brought inside.
    public static func following(_ id: Int64, limit: Int, _ database: Database) throws -> [RejectedMessageRow] {
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM rejected_messages WHERE id > ? ORDER BY id LIMIT ?")
        return try Row.fetchAll(statement, arguments: [id, min(max(limit, 1), pageLimit)])
            .map(RejectedMessageRow.init(row:))
    }

    /// The columns that `init(row:)` reads, in its order.
    private static let columns = "id, received_at, protocol, peer, device_id, reason, payload, payload_bytes, topic"

    private init(row: Row) {
        id = row[0]
        receivedAt = Instant(microseconds: row[1])
        `protocol` = row[2]
        peer = row[3]
        deviceID = row[4]
        reason = row[5]
        payloadByteCount = row[7]
        keptPayload = Array(row[6] as Data)
        topic = row[8]
    }

    /// - Parameter isCutOff: whether more followed. A character that the cut went through is then left out: the sender
    ///   sent it whole, and a U+FFFD there would accuse it of broken text.
    static func text(_ bytes: some BidirectionalCollection<UInt8>, isCutOff: Bool) -> String {
        String(decoding: isCutOff ? withoutCutCharacter(bytes) : bytes[...], as: UTF8.self)
    }

    private static func withoutCutCharacter<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence
    {
        let tail = bytes.suffix(4)
        guard let lead = tail.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return bytes[...] }
        let length =
            switch tail[lead] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let isCutThrough = bytes.distance(from: lead, to: bytes.endIndex) < length
        return isCutThrough ? bytes[..<lead] : bytes[...]
    }
}
