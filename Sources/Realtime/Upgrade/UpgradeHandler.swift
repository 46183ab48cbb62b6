import Domain
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// Stands between the HTTP decoder and the HTTP server and makes WebSockets of the requests that ask for it.
///
///     passing ── GET with Upgrade: websocket ──▶ deciding ── accepted ──▶ upgraded: WebSocketHandler has the channel
///        ▲                                          │  │
///        └──── no WebSocket at that path: replayed ─┘  └── refused: answered here, the connection closes
///
/// A request that came right behind others is looked at once those are answered: answers go out in the order of the
/// requests, and none may be written as HTTP to what is a WebSocket by then.
///
/// Any request of a connection can be upgraded, not only the first. After a request with `Upgrade` the HTTP decoder
/// reads no further, whatever becomes of it: one that stays HTTP (`curl --http2` asks for h2c) is passed on with
/// `Connection: close`, so that the client opens a new connection instead of waiting on this one.
final class UpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case passing
        /// What came of the request meanwhile: a GET with a body would have more than its end.
        case deciding(HTTPRequestHead, parts: [HTTPServerRequestPart])
        case upgraded
        case refused
    }

    /// Parts of a request that are kept until it is decided about.
    private static let partLimit = 16
    private static let hasBody = UpgradeRefusal.badRequest("A request for a WebSocket has no body.")

    private let door: any UpgradeDoor
    private var state = State.passing
    private var isReadHeldBack = false
    /// Requests that were passed on and whose answers have not gone out yet.
    private var unanswered = 0
    /// The request that waits for them.
    private var isBehindOthers = false
    /// The answer under way ends the connection.
    private var mustClose = false

    init(door: any UpgradeDoor) {
        self.door = door
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch state {
        case .passing:
            guard case .head(let head) = part else {
                context.fireChannelRead(data)
                return
            }
            if !head.headers.endsHTTP {
                unanswered += 1
                context.fireChannelRead(data)
            } else if unanswered == 0 {
                begin(head, context)
            } else {
                isBehindOthers = true
                state = .deciding(head, parts: [])
            }
        case .deciding(let head, var parts):
            guard parts.count < Self.partLimit else {
                if !isBehindOthers { refuse(Self.hasBody, context) }
                return
            }
            parts.append(part)
            state = .deciding(head, parts: parts)
        case .upgraded, .refused: return
        }
    }

    func read(context: ChannelHandlerContext) {
        if case .deciding = state { isReadHeldBack = true } else { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where mustClose:
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            context.write(data, promise: promise)
            unanswered = max(0, unanswered - 1)
            guard unanswered == 0, isBehindOthers else { return }
            isBehindOthers = false
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            // Not inside the write: what goes out for this request comes after it.
            context.eventLoop.execute {
                let (handler, context) = bound.value
                guard case .deciding(let head, let parts) = handler.state, context.channel.isActive else { return }
                handler.begin(head, parts: parts, context)
            }
        default: context.write(data, promise: promise)
        }
    }

    private func begin(
        _ head: HTTPRequestHead, parts: [HTTPServerRequestPart] = [], _ context: ChannelHandlerContext
    ) {
        let request: UpgradeRequest
        do throws(UpgradeRefusal) {
            // With parts missing it could not be passed on: its end would never come.
            guard parts.count < Self.partLimit else { throw Self.hasBody }
            guard let asked = try UpgradeRequest(head, peer: context.channel.remoteAddress?.ipAddress ?? "local")
            else {
                passOn(head, parts: parts, context)
                readOn(context)
                return
            }
            request = asked
        } catch {
            refuse(error, context)
            return
        }
        state = .deciding(head, parts: parts)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let door = door
        Task {
            let decision: Result<AcceptedUpgrade?, UpgradeRefusal>
            do throws(UpgradeRefusal) {
                decision = .success(try await door.decide(request))
            } catch {
                decision = .failure(error)
            }
            eventLoop.execute { handler.value.decided(decision, request, bound.value) }
        }
    }

    private func decided(
        _ decision: Result<AcceptedUpgrade?, UpgradeRefusal>, _ request: UpgradeRequest,
        _ context: ChannelHandlerContext
    ) {
        guard case .deciding(let head, let parts) = state, context.channel.isActive else {
            if case .success(let accepted?) = decision { accepted.abandon() }
            return
        }
        switch decision {
        case .success(let accepted?): upgrade(accepted, request, context)
        case .success(nil): passOn(head, parts: parts, context)
        case .failure(let refusal): refuse(refusal, context)
        }
        readOn(context)
    }

    private func readOn(_ context: ChannelHandlerContext) {
        guard isReadHeldBack else { return }
        isReadHeldBack = false
        context.read()
    }

    /// Lets the HTTP server answer, as the last request of the connection.
    private func passOn(_ head: HTTPRequestHead, parts: [HTTPServerRequestPart], _ context: ChannelHandlerContext) {
        state = .passing
        mustClose = true
        unanswered += 1
        var head = head
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        head.headers.remove(name: "Upgrade")
        context.fireChannelRead(wrapInboundOut(.head(head)))
        for part in parts { context.fireChannelRead(wrapInboundOut(part)) }
        if !parts.isEmpty { context.fireChannelReadComplete() }
    }

    private func refuse(_ refusal: UpgradeRefusal, _ context: ChannelHandlerContext) {
        state = .refused
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "/api/docs#problem-\(refusal.code)")
            writer.member("title", refusal.status.reasonPhrase)
            writer.member("status", Int64(refusal.status.code))
            writer.member("detail", refusal.detail)
        }
        var headers = refusal.headers
        headers.add(name: "Content-Type", value: "application/problem+json")
        headers.add(name: "Content-Length", value: "\(writer.bytes.count)")
        headers.add(name: "Connection", value: "close")
        if refusal.status == .unauthorized { headers.add(name: "WWW-Authenticate", value: "Bearer") }
        let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: writer.bytes)))), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func upgrade(_ accepted: AcceptedUpgrade, _ request: UpgradeRequest, _ context: ChannelHandlerContext) {
        state = .upgraded
        let answer = HTTPResponseHead(
            version: .http1_1, status: .switchingProtocols,
            headers: ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": request.accept])
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let pipeline = context.pipeline.syncOperations
        do {
            try context.channel.syncOptions?.setOption(
                .writeBufferWaterMark, value: .init(low: 16 << 10, high: 64 << 10))
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let state = try pipeline.context(handlerType: HTTPConnectionStateHandler.self)
            pipeline.removeHandler(context: try pipeline.context(handlerType: HTTPResponseEncoder.self), promise: nil)
            // It would close a connection on which no request comes.
            pipeline.removeHandler(context: state, promise: nil)
            let socket = WebSocketHandler(
                owner: accepted.owner(context.channel), messageLimit: accepted.messageLimit, room: accepted.room)
            try pipeline.addHandler(socket, position: .after(decoder.handler))
            // What came behind the request is the first frame: the decoder gives it on when it goes.
            pipeline.removeHandler(context: decoder, promise: nil)
        } catch {
            accepted.abandon()
            context.close(promise: nil)
        }
    }
}
