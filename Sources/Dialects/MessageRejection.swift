public import Domain

/// Why a message is no event: every field that is wrong, so that the sender's author mends all at once.
public struct MessageRejection: Error, Sendable, Hashable {
    public let fields: [FieldError]
    /// The device that the message names, as far as it could be read.
    public let deviceID: String?
    public let eventID: String?

    public init(fields: [FieldError], deviceID: String? = nil, eventID: String? = nil) {
        self.fields = fields
        self.deviceID = deviceID
        self.eventID = eventID
    }

    /// All in one sentence, for logs and the list of rejected messages.
    public var reason: String {
        fields.map { $0.field.isEmpty ? $0.message : "\($0.field) \($0.message)" }.joined(separator: "; ")
    }
}
