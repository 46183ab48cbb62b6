import Domain
import Logging
package import NIOCore
import Synchronization

/// The sessions of one Engine.IO path: polling and WebSockets lead to the same ones.
public final class EngineIOServer: Sendable {
    /// What a request that passed all checks leads to.
    enum Opening: Sendable {
        case new(EngineIOVersion, Visitor)
        case second(EngineIOSession)
    }

    /// With a slash at the end.
    let path: String
    let settings: LiveSettings
    let gate: any LiveGate
    let room: MessageRoom
    private let places: LivePlaces
    private let eventLoopGroup: any EventLoopGroup
    private let handle: @Sendable (EngineIOSession) async -> Void
    private let sessions = Mutex<[String: EngineIOSession]>([:])
    private let opened: AsyncStream<EngineIOSession>
    private let openedContinuation: AsyncStream<EngineIOSession>.Continuation

    /// - Parameter handle: deals with one session; when it returns, the session is closed.
    package init(
        path: String, settings: LiveSettings, gate: any LiveGate, places: LivePlaces, room: MessageRoom,
        eventLoopGroup: any EventLoopGroup,
        handle: @escaping @Sendable (EngineIOSession) async -> Void
    ) {
        self.path = path
        self.settings = settings
        self.gate = gate
        self.places = places
        self.room = room
        self.eventLoopGroup = eventLoopGroup
        self.handle = handle
        (opened, openedContinuation) = AsyncStream.makeStream()
    }

    /// Deals with sessions until `stop`, and until the last of them has ended.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await session in opened {
                group.addTask { [handle] in
                    await handle(session)
                    session.close()
                }
            }
        }
    }

    /// Ends all sessions; `run` returns when they have ended.
    public func stop() {
        places.close()
        openedContinuation.finish()
        for session in sessions.withLock({ Array($0.values) }) { session.onLoop { $0.stop() } }
    }

    func session(_ id: String) -> EngineIOSession? { sessions.withLock { $0[id] } }

    var sessionCount: Int { sessions.withLock { $0.count } }

    /// Opens a session on an event loop; a place was taken for it before.
    func open(
        _ version: EngineIOVersion, _ visitor: Visitor, eventLoop: any EventLoop, socket: WebSocketLink?
    ) -> EngineIOSession {
        let session = EngineIOSession(
            id: SessionID.make(), version: version, visitor: visitor, eventLoop: eventLoop, settings: settings,
            socket: socket
        ) { [weak self] session, reason in
            guard let self else { return }
            places.giveBack()
            guard reason == .closedByClient else { return forget(session.id) }
            // Its last GET may still be on the way.
            eventLoop.scheduleTask(in: .seconds(1)) { self.forget(session.id) }
        }
        sessions.withLock { $0[session.id] = session }
        session.onLoop { $0.begin() }
        openedContinuation.yield(session)
        return session
    }

    private func forget(_ id: String) { _ = sessions.withLock { $0.removeValue(forKey: id) } }

    /// A session that begins by polling.
    func openByPolling(_ version: EngineIOVersion, _ visitor: Visitor) throws(EngineIORefusal) -> EngineIOSession {
        guard places.take() else { throw EngineIORefusal(LivePlaces.refusal) }
        return open(version, visitor, eventLoop: eventLoopGroup.next(), socket: nil)
    }

    /// A WebSocket at this path.
    package func decide(_ request: UpgradeRequest) async throws(UpgradeRefusal) -> AcceptedUpgrade {
        let opening: Opening
        do throws(EngineIORefusal) {
            opening = try await self.opening(of: request)
        } catch {
            throw UpgradeRefusal(error.status, code: "bad-request", error.message, headers: error.headers)
        }
        var isNew = false
        if case .new = opening {
            guard places.take() else { throw LivePlaces.refusal }
            isNew = true
        }
        let places = places
        return AcceptedUpgrade(messageLimit: messageLimit(opening), room: room) { channel in
            EngineIOSocket(self, opening, eventLoop: channel.eventLoop)
        } abandon: { [isNew] in
            if isNew { places.giveBack() }
        }
    }

    private func messageLimit(_ opening: Opening) -> Int {
        switch opening {
        case .new(_, let visitor): visitor.maySendMuch ? settings.maxPayload : settings.maxPayloadOfStrangers
        case .second(let session): session.messageLimit.load(ordering: .relaxed)
        }
    }

    private func opening(of request: UpgradeRequest) async throws(EngineIORefusal) -> Opening {
        let version = try Self.version(request.query)
        guard request.query["transport"] == "websocket" else { throw .unknownTransport }
        if let id = request.query["sid"] {
            guard let session = session(id), session.version == version else { throw .unknownSession }
            return .second(session)
        }
        do throws(UpgradeRefusal) {
            return .new(version, try await gate.admit(Caller(request, at: gate), isSocketIO: true))
        } catch {
            throw EngineIORefusal(error)
        }
    }

    static func version(_ query: LiveQuery) throws(EngineIORefusal) -> EngineIOVersion {
        guard let version = query["EIO"].flatMap({ EngineIOVersion(rawValue: $0) }) else { throw .otherVersion }
        return version
    }
}
