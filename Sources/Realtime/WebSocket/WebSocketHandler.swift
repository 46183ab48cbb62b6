import NIOCore

/// The server's end of one WebSocket: frames in and out, the close handshake, and reading no faster than messages are
/// dealt with.
///
///     open ── we close ──▶ closing ── peer's close, or five seconds ──▶ closed
///      ├──── peer's close: answered ────────────────────────────────────▶│
///      └──── connection breaks ─────────────────────────────────────────▶│
///
/// Everything here happens on the channel's event loop.
final class WebSocketHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// Messages that may be under way to their owner before reading pauses.
    private static let messagesUnderWay = 32
    /// The peer has this long to answer our close.
    private static let closeTimeout = TimeAmount.seconds(5)
    private static let stopTimeout = TimeAmount.seconds(1)
    /// A large message may take this long at any rate; after it, it must have come at `minimumRate` on average.
    private static let graceTime = TimeAmount.seconds(30)
    private static let waitInterval = TimeAmount.seconds(1)
    /// Bytes per second, as for bodies over HTTP.
    private static let minimumRate: Int64 = 256

    private enum State {
        case open
        case closing
        case closed
    }

    private let owner: any WebSocketOwner
    private let room: MessageRoom
    private var parser: WebSocketParser
    private var input = ByteBuffer()
    private var state = State.open
    private var context: ChannelHandlerContext?
    private var closeTimer: Scheduled<Void>?
    private var stallTimer: Scheduled<Void>?
    /// Says that the client is alive while it waits for room and is not read from.
    private var waitTimer: RepeatedTask?
    /// After a violation nothing that comes is looked at.
    private var isDeaf = false
    private var isProcessing = false
    private var underWay = 0
    private var isReadHeldBack = false
    /// What the message that is being read holds, or waits for.
    private var roomBytes = 0
    private var ticket: Int?
    private var messageBegan: NIODeadline?
    /// When the last byte came.
    private(set) var lastHeard = NIODeadline.now()

    init(owner: any WebSocketOwner, messageLimit: Int, room: MessageRoom) {
        self.owner = owner
        self.room = room
        parser = WebSocketParser(messageLimit: messageLimit)
    }

    // MARK: For the owner

    /// Bytes of one message; whoever has shown credentials may send more than a stranger.
    var messageLimit: Int {
        get { parser.messageLimit }
        set { parser.messageLimit = newValue }
    }

    var isOpen: Bool { state == .open }
    /// Whether the client keeps up. What is written all the same waits in memory.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Writes a whole frame; `flush` sends it.
    func write(_ frame: ByteBuffer) {
        guard state == .open else { return }
        context?.write(wrapOutboundOut(frame), promise: nil)
    }

    func flush() { context?.flush() }

    /// The owner is done with a message.
    func finished(heldBytes: Int) {
        underWay -= 1
        if heldBytes > 0 { room.giveBack(heldBytes) }
        process()
        resumeReading()
    }

    /// Begins the close handshake.
    func close(_ code: WebSocketCloseCode, reason: String = "") {
        close(code, reason: reason, within: Self.closeTimeout)
    }

    /// The appliance stops: says goodbye and closes with 1001.
    func stop() {
        guard state == .open else { return }
        owner.webSocketWillStop(self)
        close(.goingAway, reason: "the appliance stops", within: Self.stopTimeout)
    }

    private func close(_ code: WebSocketCloseCode, reason: String, within timeout: TimeAmount) {
        guard state == .open, let context else { return }
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame.close(code, reason: reason)), promise: nil)
        state = .closing
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        closeTimer = context.eventLoop.scheduleTask(in: timeout) { bound.value.close(promise: nil) }
        resumeReading()
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        owner.webSocketOpened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastHeard = .now()
        guard !isDeaf else { return }
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        process()
        if messageBegan != nil { owner.webSocketMadeProgress(self) }
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { isReadHeldBack = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, state == .open { owner.webSocketIsWritable(self) }
        resumeReading()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            // Not passed on: what is behind would close without a word.
            stop()
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: Reading

    /// Nor is anything read from a client that does not read our answers: they would pile up.
    private var mayRead: Bool {
        // Who waits for room waits also while we close: what came would pile up unread.
        ticket == nil && (state == .closing || (underWay < Self.messagesUnderWay && isWritable))
    }

    private func resumeReading() {
        guard isReadHeldBack, mayRead else { return }
        isReadHeldBack = false
        context?.read()
    }

    private func process() {
        // An owner may call `finished` while it is told of a message.
        guard !isProcessing, state != .closed, !isDeaf else { return }
        isProcessing = true
        defer { isProcessing = false }
        do {
            while state == .closing || underWay < Self.messagesUnderWay, let event = try parser.next(&input) {
                handle(event)
            }
            if input.readableBytes == 0 { input = ByteBuffer() } else { input.discardReadBytes() }
        } catch {
            isDeaf = true
            input = ByteBuffer()
            releaseRoom()
            close(error.code, reason: error.reason)
        }
    }

    private func handle(_ event: WebSocketParser.Event) {
        switch event {
        case .text(let bytes): pass(.text(bytes))
        case .binary(let bytes): pass(.binary(bytes))
        case .pong: return
        case .ping(let payload):
            // A flood of pings is answered as far as the client reads the answers.
            guard isWritable else { return }
            write(WebSocketFrame.pong(payload))
            flush()
        case .close(let code):
            if state == .open {
                context?.writeAndFlush(wrapOutboundOut(WebSocketFrame.close(code ?? .normal)), promise: nil)
            }
            context?.close(promise: nil)
        case .needsRoom(let bytes): askForRoom(bytes)
        }
    }

    private func pass(_ content: WebSocketMessage.Content) {
        let held = roomBytes
        roomBytes = 0
        messageBegan = nil
        guard state == .open else {
            if held > 0 { room.giveBack(held) }
            return
        }
        underWay += 1
        owner.webSocket(self, received: WebSocketMessage(content: content, heldBytes: held))
    }

    // MARK: Large messages (invariant 5)

    private func askForRoom(_ bytes: Int) {
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        roomBytes = bytes
        ticket = room.take(bytes) {
            eventLoop.execute { bound.value.roomIsGranted() }
        }
        // It is our doing that nothing is heard of the client.
        waitTimer = eventLoop.scheduleRepeatedTask(
            initialDelay: Self.waitInterval, delay: Self.waitInterval
        ) { _ in
            let socket = bound.value
            socket.lastHeard = .now()
            socket.owner.webSocketMadeProgress(socket)
        }
    }

    private func roomIsGranted() {
        guard ticket != nil else {
            // The connection ended meanwhile.
            return
        }
        ticket = nil
        waitTimer?.cancel()
        messageBegan = .now()
        lastHeard = .now()
        parser.grantRoom()
        watchForStall()
        process()
        resumeReading()
    }

    private func releaseRoom() {
        waitTimer?.cancel()
        if let waiting = ticket {
            ticket = nil
            if !room.withdraw(waiting) { room.giveBack(roomBytes) }
        } else if roomBytes > 0 {
            room.giveBack(roomBytes)
        }
        roomBytes = 0
        messageBegan = nil
    }

    /// A message that holds room and does not come keeps others out.
    private func watchForStall() {
        guard stallTimer == nil, let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        stallTimer = context.eventLoop.scheduleTask(in: Self.graceTime) { bound.value.checkForStall() }
    }

    private func checkForStall() {
        stallTimer = nil
        guard let began = messageBegan, state == .open else { return }
        let now = NIODeadline.now()
        let elapsed = now - began
        let least = Self.minimumRate * (elapsed.nanoseconds / 1_000_000_000)
        guard now - lastHeard < Self.graceTime, elapsed < Self.graceTime || Int64(parser.assembledBytes) >= least else {
            isDeaf = true
            releaseRoom()
            close(.policyViolation, reason: "the message comes too slowly")
            return
        }
        watchForStall()
    }

    private func end() {
        guard state != .closed else { return }
        state = .closed
        closeTimer?.cancel()
        stallTimer?.cancel()
        releaseRoom()
        input = ByteBuffer()
        owner.webSocketClosed(self)
    }
}
