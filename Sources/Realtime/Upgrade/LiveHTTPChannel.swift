public import HummingbirdCore
public import Logging
public import NIOCore
import NIOHTTP1
public import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection that speaks HTTP until one of its requests becomes a WebSocket.
public struct LiveHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    public typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// How HTTP is read.
    public struct Configuration: Sendable {
        /// A connection without progress is closed after this time.
        public var idleTimeout: Duration
        /// Bytes of one header field, and of all of them.
        public var headerLimit: Int
        public var headerCountLimit: Int

        public init(idleTimeout: Duration, headerLimit: Int = 16 * 1_024, headerCountLimit: Int = 100) {
            self.idleTimeout = idleTimeout
            self.headerLimit = headerLimit
            self.headerCountLimit = headerCountLimit
        }
    }

    public let responder: HTTPChannelHandler.Responder
    private let configuration: Configuration
    private let door: any UpgradeDoor

    init(responder: @escaping HTTPChannelHandler.Responder, configuration: Configuration, door: any UpgradeDoor) {
        self.responder = responder
        self.configuration = configuration
        self.door = door
    }

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = configuration.headerLimit
            limits.maxHeaderListSize = configuration.headerLimit
            limits.maxHeaderFieldCount = configuration.headerCountLimit
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandlers([
                HTTPResponseEncoder(),
                ByteToMessageHandler(
                    HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)),
                UpgradeHandler(door: door),
                HTTP1ToHTTPServerCodec(secure: false),
                HTTPConnectionStateHandler(idleTimeout: configuration.idleTimeout, logger: logger),
            ])
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    public func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}

extension HTTPServerBuilder {
    /// HTTP/1.1 with WebSockets on the same port.
    public static func live(_ configuration: LiveHTTPChannel.Configuration, door: any UpgradeDoor) -> HTTPServerBuilder
    {
        HTTPServerBuilder { responder in
            LiveHTTPChannel(responder: responder, configuration: configuration, door: door)
        }
    }
}
