public import Hummingbird
import NIOCore

public import struct Domain.ClientConnection
public import struct Domain.Instant
public import struct Identity.Principal

/// What is known about one request while it is answered.
public struct APIContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Closes the connection in a few seconds: time enough to read the answer, when a sender does not stop.
    let closeSoon: @Sendable () -> Void
    /// What the request holds of the budget of bodies; nil where none is kept.
    var bodyHold: BodyHold?
    /// The other end of the TCP connection, until `ApplianceResponder` has read what a trusted proxy says of the
    /// client behind it. The address is "local" for the admin socket.
    public internal(set) var client: ClientConnection
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
        client = ClientConnection(address: source.channel.remoteAddress?.ipAddress ?? "local", isTLS: false)
    }

    /// The client's address without a port.
    public var address: String { client.address }

    /// A request that came over no connection.
    init(core: CoreRequestContextStorage, address: String, closeSoon: @escaping @Sendable () -> Void) {
        coreContext = core
        client = ClientConnection(address: address, isTLS: false)
        self.closeSoon = closeSoon
    }
}
