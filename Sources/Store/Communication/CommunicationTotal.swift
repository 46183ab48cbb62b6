public import Domain

/// What went over one protocol in one direction since the start.
public struct CommunicationTotal: Sendable {
    public internal(set) var `protocol` = SourceProtocol.http
    public internal(set) var direction = CommunicationLogEntry.Direction.inbound
    public private(set) var messages: Int64 = 0
    public private(set) var failures: Int64 = 0
    public private(set) var bytes: Int64 = 0

    mutating func add(isSuccess: Bool, byteCount: Int) {
        messages += 1
        failures += isSuccess ? 0 : 1
        bytes &+= Int64(max(0, byteCount))
    }
}
