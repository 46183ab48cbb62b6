import NIOCore

/// What the transports of a session tell it, on its event loop.
extension EngineIOSession {
    /// Messages of POSTs, and their bytes, that may wait before a POST is kept waiting for as long as it takes
    /// (invariant 5): what it brought counts for the HTTP server's budget until it is answered.
    private static let undeliveredLimit = 32
    private static let undeliveredBytesLimit = 256 * 1_024
    private static let longestPost = TimeAmount.seconds(3)
    /// An upgrade has to be over within this time; clients give up on it after ten seconds themselves.
    private static let longestProbe = TimeAmount.seconds(10)

    // MARK: Polling

    /// A GET.
    /// - Returns: the packets of the answer; nil is 400.
    func polled() -> EventLoopFuture<[EngineIOPacket]?> {
        let (answer, actions) = state.poll()
        defer { perform(actions) }
        switch answer {
        case .refuse: return eventLoop.makeSucceededFuture(nil)
        case .answer(let packets): return eventLoop.makeSucceededFuture(packets)
        case .wait:
            let promise = eventLoop.makePromise(of: [EngineIOPacket]?.self)
            poll = promise
            whenReady?()
            return promise.futureResult
        }
    }

    /// A POST has begun: while its body comes, the client is alive.
    func postBegan() { postsUnderWay += 1 }

    func postEnded() {
        postsUnderWay -= 1
        lastProgress = .now()
    }

    /// - Parameter packets: nil when the body was no payload.
    /// - Returns: whether it is taken; completes once its messages are dealt with, or after a while.
    func posted(_ packets: [EngineIOPacket]?) -> EventLoopFuture<Bool> {
        let (isTaken, actions) = state.post(packets)
        perform(actions)
        guard isTaken, undelivered > 0, !state.isClosed else { return eventLoop.makeSucceededFuture(isTaken) }
        let promise = eventLoop.makePromise(of: Void.self)
        postCount += 1
        let number = postCount
        waitingPosts[number] = promise
        // Clients give up on an answer after five seconds; the message itself is acknowledged by its own answer.
        let timer = eventLoop.scheduleTask(in: Self.longestPost) {
            guard self.undelivered <= Self.undeliveredLimit, self.undeliveredBytes <= Self.undeliveredBytesLimit else {
                return
            }
            self.waitingPosts.removeValue(forKey: number)?.succeed()
        }
        return promise.futureResult.map {
            timer.cancel()
            return isTaken
        }
    }

    func postMessageIsDone(_ byteCount: Int) {
        undelivered -= 1
        undeliveredBytes -= byteCount
        guard undelivered == 0 else { return }
        for post in waitingPosts.values { post.succeed() }
        waitingPosts = [:]
    }

    // MARK: WebSocket

    /// Whether a second transport may come now.
    var isUpgradable: Bool { state.isUpgradable && probe == nil }

    func probeOpened(_ link: WebSocketLink) {
        guard isUpgradable else {
            // Somebody was quicker, or the session has moved on already.
            link.run { $0.close(.normal) }
            return
        }
        probe = link
        // While it is there no other may come, and once it has sent 2probe nothing leaves by polling.
        eventLoop.scheduleTask(in: Self.longestProbe) { [weak self] in
            guard let self, probe == link else { return }
            perform([.closeProbe] + state.probeClosed())
        }
    }

    /// - Parameter packet: nil when the frame held none.
    func received(_ packet: EngineIOPacket?, from link: WebSocketLink, done: @escaping @Sendable () -> Void) {
        switch link {
        case socket: perform(state.webSocketReceived(packet), done: done)
        case probe: perform(state.probeReceived(packet), done: done)
        default: done()
        }
    }

    func madeProgress() { lastProgress = .now() }

    func isWritable(_ link: WebSocketLink) {
        guard link == socket else { return }
        isBlocked = false
        whenReady?()
    }

    func closed(_ link: WebSocketLink) {
        if link == socket {
            socket = nil
            perform(state.webSocketClosed())
        } else if link == probe {
            perform([.closeProbe] + state.probeClosed())
        }
    }
}
