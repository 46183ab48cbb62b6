/// What is wrong with one field of a message, in words for the person who wrote the sender.
public struct FieldError: Error, Sendable, Hashable {
    /// The path of the field as the sender wrote it: `confidence`, `metadata.lane`.
    public let field: String
    /// What was wrong and what would be right.
    public let message: String

    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}
