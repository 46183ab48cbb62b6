public import Domain

/// Why the intake did not take a message, told apart by what the sender should do.
public struct IntakeError: Error, Sendable {
    public enum Kind: Sendable, Hashable {
        /// The message itself is wrong; sending it again will not help.
        case invalid
        /// The same event id is stored with other content.
        case conflict
        /// This sender may not speak for that device.
        case forbidden
        /// There is no such device, and this sender may not add it.
        case unknownDevice
        /// No space on the disk; send it again later.
        case noSpace
        /// No room for pictures; the event without them would be taken.
        case noPictureSpace
        /// Too much waits already; send it again soon.
        case busy
        /// The appliance could not write; send it again later.
        case failed
    }

    public let kind: Kind
    /// For the sender: what was wrong and what would be right. Nothing private is in it.
    public let reason: String
    public let fields: [FieldError]

    public init(_ kind: Kind, reason: String, fields: [FieldError] = []) {
        self.kind = kind
        self.reason = reason
        self.fields = fields
    }

    /// A sender should keep the message and try again.
    public var isTemporary: Bool { [.noSpace, .noPictureSpace, .busy, .failed].contains(kind) }
}
