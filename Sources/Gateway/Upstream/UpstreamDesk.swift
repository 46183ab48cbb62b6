public import Domain

/// What the API and the commands ask of the replication to the central database.
///
/// The replicator keeps it; a room that only shows how it is needs to know no more.
public protocol UpstreamDesk: Sendable {
    /// How it is now. Cheap: it is asked for every few seconds, and does no I/O.
    var status: UpstreamStatus { get }

    /// A page of the rows that the centre has refused, by their ids.
    /// - Parameters:
    ///   - id: only rows with a larger id; nil begins with the first.
    ///   - limit: how many at most, at least 1.
    func parked(after id: Int64?, limit: Int) async throws -> [UpstreamParkedRow]

    /// Has one refused row sent again soon. Each start of the appliance does so with all of them.
    ///
    /// The row stays in the list until the centre has it, and goes on being there when it is refused again.
    /// - Returns: false when there is no such row.
    /// - Throws: `UpstreamDeskError`.
    func retry(parked id: Int64) async throws -> Bool

    /// Has all refused rows sent again.
    /// - Returns: how many those are.
    /// - Throws: `UpstreamDeskError`.
    func retryAllParked() async throws -> Int64

    /// Has stored events sent anew, and all devices; the centre keeps the newer of each row, so nothing is there twice.
    ///
    /// When the function returns, this is remembered and goes on over restarts.
    /// - Parameter from: without events that were both captured and received before it; nil is all of them.
    /// - Throws: `UpstreamDeskError`.
    func resync(from: Instant?) async throws
}

/// Why the replication does not do what it is asked.
public struct UpstreamDeskError: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// It is not possible now; the reason says when it will be.
        case notNow
        /// The appliance could not write.
        case failed
    }

    public let kind: Kind
    /// For people, without a password in it.
    public let reason: String

    public init(_ kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
