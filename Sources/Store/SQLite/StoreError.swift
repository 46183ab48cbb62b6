import GRDB

/// What can go wrong in the store, told apart by what the caller does next.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// No space left: nothing of the transaction is kept; answers 507 and withholds acknowledgements.
        case noSpace
        /// No space for the copy that a migration begins with; nothing has changed.
        case noSpaceForCopy
        /// A newer version has written the database, or this one cannot bring it up to date: it stays shut.
        case wrongSchema
        /// Too much waits for the writer already (invariant 5); answers 503 with Retry-After.
        case busy
        /// The appliance is stopping; answers 503.
        case closed
        /// The file does not read as a sound database.
        case corrupt
        /// Something is there already, or something that it needs is not.
        case constraint
        /// Another process holds the data directory.
        case inUse
        /// The disk, or the file system, answered with an error.
        case io
        /// A defect of ours: SQL that SQLite does not take.
        case internalError
    }

    public let kind: Kind
    /// What was being done.
    public let operation: String
    /// SQLite's or the system's words; for the log, not for the network.
    public let detail: String

    public init(_ kind: Kind, operation: String, detail: String) {
        self.kind = kind
        self.operation = operation
        self.detail = detail
    }

    public var description: String { "\(operation): \(detail)" }

    init(_ error: any Error, operation: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(
                Self.kind(ofResultCode: error.extendedResultCode.rawValue), operation: operation,
                detail: error.message ?? "SQLite error \(error.extendedResultCode.rawValue)")
        default:
            self.init(.internalError, operation: operation, detail: "\(error)")
        }
    }

    /// Result codes are those of https://www.sqlite.org/rescode.html; the low byte is the primary code.
    static func kind(ofResultCode code: Int32) -> Kind {
        switch code & 0xFF {
        case 13: .noSpace
        case 5, 6, 15: .busy
        case 11, 26: .corrupt
        case 19: .constraint
        case 10, 14, 8: .io
        default: .internalError
        }
    }
}
