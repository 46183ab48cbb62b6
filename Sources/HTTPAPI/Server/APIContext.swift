public import Hummingbird
import NIOCore

public import struct Domain.Instant
public import struct Identity.Principal

/// What is known about one request while it is answered.
public struct APIContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Closes the connection in a few seconds: time enough to read the answer, when a sender does not stop.
    let closeSoon: @Sendable () -> Void
    /// What the request holds of the budget of bodies; nil where none is kept.
    var bodyHold: BodyHold?
    /// The peer's address without a port; "local" for the admin socket.
    public let address: String
    public var receivedAt = Instant(microseconds: 0)
    public let startedAt = ContinuousClock().now
    /// Who asks; nil when nobody has been recognised.
    public var principal: Principal?
    /// Whether the credentials were a cookie, which browsers send without being asked.
    public var isFromCookie = false
    /// The parts of the path that the route leaves open.
    public var pathParameters: [String: String] = [:]

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        let channel = source.channel
        closeSoon = {
            channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
        }
        address = source.channel.remoteAddress?.ipAddress ?? "local"
    }

    /// A request that came over no connection.
    init(core: CoreRequestContextStorage, address: String, closeSoon: @escaping @Sendable () -> Void) {
        coreContext = core
        self.address = address
        self.closeSoon = closeSoon
    }
}
