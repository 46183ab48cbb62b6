package import Domain
package import NIOCore

/// The arguments of an event or an acknowledgement, with binary ones put in the places that stand for them.
package struct SocketIOArguments: Sendable {
    /// What stands in the JSON: `{"_placeholder": true, "num": 0}` where a binary message belongs.
    package var values: [JSONValue]
    package var attachments: [ByteBuffer]

    /// - Parameter json: of a packet of events or acknowledgements.
    /// - Returns: nil when it is no JSON array, or a placeholder names an attachment that is not there.
    init?(json: ByteBuffer, attachments: [ByteBuffer]) {
        let parsed = json.withUnsafeReadableBytes { try? JSONParser.parse($0) }
        guard let values = parsed?.arrayValue else { return nil }
        self.values = values
        self.attachments = attachments
        guard values.allSatisfy({ Self.placeholdersFit($0, count: attachments.count) }) else { return nil }
    }

    /// The name of an event: its first argument.
    var name: String? { values.first?.stringValue }

    /// The number behind a placeholder; nil for any other value.
    static func placeholder(_ value: JSONValue) -> Int? {
        guard let object = value.objectValue, object["_placeholder"] == .bool(true) else { return nil }
        return object["num"]?.integerValue.flatMap { Int(exactly: $0) } ?? -1
    }

    private static func placeholdersFit(_ value: JSONValue, count: Int) -> Bool {
        if let number = placeholder(value) { return (0..<count).contains(number) }
        switch value {
        case .array(let elements): return elements.allSatisfy { placeholdersFit($0, count: count) }
        case .object(let object): return object.members.allSatisfy { placeholdersFit($0.value, count: count) }
        default: return true
        }
    }
}
