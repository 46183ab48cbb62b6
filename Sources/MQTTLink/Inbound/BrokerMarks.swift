/// What one broker may give again: for each packet identifier the last message that came under it.
///
/// There may be 65,535 of them, so they lie flat: 53 bytes each, 3.5 MB in all, and nothing before the first.
struct BrokerMarks: Sendable {
    /// More than the greatest packet identifier.
    static let count = 65_536
    static let digestBytes = 16
    /// Of the ids that the appliance makes: UUIDs as text.
    private static let idBytes = 36

    private enum Kind: UInt8 {
        case none
        /// One event, whose id has `idBytes`.
        case one
        /// Their ids are in `others`.
        case others
    }

    private var kinds: [UInt8] = []
    private var digests: [UInt8] = []
    private var ids: [UInt8] = []
    private var others: [Int: [String]] = [:]
    /// What has come on this connection, one bit each; empty where a repeat may come at any time.
    private var heard: [UInt64] = []

    /// - Returns: the ids of the events; nil when it is another message, or cannot be a repeat.
    func eventIDs(packetID: Int, digest: [UInt8]) -> [String]? {
        guard kinds.indices.contains(packetID), !isHeard(packetID),
            digests[packetID * Self.digestBytes..<(packetID + 1) * Self.digestBytes].elementsEqual(digest)
        else { return nil }
        switch Kind(rawValue: kinds[packetID]) {
        case .one:
            return [String(decoding: ids[packetID * Self.idBytes..<(packetID + 1) * Self.idBytes], as: UTF8.self)]
        case .others: return others[packetID]
        case .some(.none), nil: return nil
        }
    }

    mutating func keep(packetID: Int, digest: [UInt8], eventIDs: [String]) {
        guard (0..<Self.count).contains(packetID), digest.count == Self.digestBytes else { return }
        if kinds.isEmpty {
            kinds = Array(repeating: 0, count: Self.count)
            digests = Array(repeating: 0, count: Self.count * Self.digestBytes)
            ids = Array(repeating: 0, count: Self.count * Self.idBytes)
        }
        digests.replaceSubrange(packetID * Self.digestBytes..<(packetID + 1) * Self.digestBytes, with: digest)
        if eventIDs.count == 1, eventIDs[0].utf8.count == Self.idBytes {
            ids.replaceSubrange(packetID * Self.idBytes..<(packetID + 1) * Self.idBytes, with: eventIDs[0].utf8)
            if kinds[packetID] == Kind.others.rawValue { others[packetID] = nil }
            kinds[packetID] = Kind.one.rawValue
        } else {
            others[packetID] = eventIDs
            kinds[packetID] = Kind.others.rawValue
        }
    }

    /// A connection begins.
    /// - Parameter repeatsAtOnce: true where the broker repeats only now what was not acknowledged before, as MQTT 5
    ///   wants it (section 4.4): a number that comes the second time is then a new message.
    mutating func begin(repeatsAtOnce: Bool) {
        heard = repeatsAtOnce ? Array(repeating: 0, count: Self.count / 64) : []
    }

    mutating func hear(packetID: Int) {
        guard !heard.isEmpty, (0..<Self.count).contains(packetID) else { return }
        heard[packetID / 64] |= 1 << UInt64(packetID % 64)
    }

    private func isHeard(_ packetID: Int) -> Bool {
        !heard.isEmpty && heard[packetID / 64] & 1 << UInt64(packetID % 64) != 0
    }
}
