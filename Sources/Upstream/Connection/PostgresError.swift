public import Domain

/// What went wrong at the central database, told apart by what the caller does next. There is never a password in it
/// (invariant 6).
public struct PostgresError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The server refuses a row for what is in it (SQLSTATE classes 22 and 23, limits of class 54): everything else
        /// of the batch would pass.
        case row
        /// Another one has moved the watermark or begun an epoch (`LP001`): ask with `hello` again.
        case conflict
        /// It may pass by itself: network, restart, failover, full disk, time-out. Tried again with back-off.
        case transient
        /// Somebody has to change something: password, certificate, schema, rights. Tried again slowly.
        case configuration
        /// `UpstreamInterrupt.interrupt` was called.
        case interrupted
    }

    public var kind: Kind
    /// What to show to somebody who has to act.
    public var problem: UpstreamStatus.Problem
    /// Five characters (PostgreSQL, appendix A); empty when the server did not answer.
    public var sqlState: String
    /// The server's or the library's words, one line, at most `messageLimit` bytes.
    public var message: String
    /// What was being done, such as "connect".
    public var operation: String
    /// More words of the server, for the machine only: they may quote a row.
    var detail = ""
    /// The table that it is about; empty when the server names none.
    var table = ""
    /// The constraint that is violated; empty when the server names none.
    var constraint = ""
    /// Whether the connection is of no more use.
    public var isConnectionLost: Bool

    public static let messageLimit = 1_000

    public var isTransient: Bool { kind == .transient }
    public var isOfOneRow: Bool { kind == .row }

    public var description: String {
        "\(operation): \(message)" + (sqlState.isEmpty ? "" : " (SQLSTATE \(sqlState))")
    }

    init(
        _ kind: Kind, _ problem: UpstreamStatus.Problem, operation: String, message: String, sqlState: String = "",
        isConnectionLost: Bool = false
    ) {
        self.kind = kind
        self.problem = problem
        self.sqlState = sqlState
        self.message = Self.line(message)
        self.operation = operation
        self.isConnectionLost = isConnectionLost
    }

    static func interrupted(_ operation: String) -> PostgresError {
        PostgresError(.interrupted, .other, operation: operation, message: "stopped", isConnectionLost: true)
    }

    static func timedOut(_ operation: String, after limit: Duration) -> PostgresError {
        PostgresError(
            .transient, .timeout, operation: operation,
            message: "no answer within \(limit.wholeMilliseconds / 1_000) s", isConnectionLost: true)
    }

    /// One line without control characters, cut between characters.
    private static func line(_ text: String) -> String {
        var words = ""
        for part in text.split(whereSeparator: { $0.isNewline }) {
            let trimmed = part.drop(while: \.isWhitespace)
            guard !trimmed.isEmpty else { continue }
            if !words.isEmpty { words += "; " }
            words += trimmed
        }
        while words.utf8.count > messageLimit { words.removeLast(max(1, (words.utf8.count - messageLimit) / 4)) }
        return words
    }
}
