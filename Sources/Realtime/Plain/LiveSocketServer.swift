import Domain
import Identity
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// All connections to `/ws`.
final class LiveSocketServer: Sendable {
    let hub: LiveHub
    let settings: LiveSettings
    let site: LiveSite
    let logger: Logger
    private let gate: any LiveGate
    private let desk: SenderDesk
    private let places: LivePlaces
    private let room: MessageRoom
    private let sessions: AsyncStream<LiveSocketSession>
    private let newSession: AsyncStream<LiveSocketSession>.Continuation
    private let links = Mutex<Set<WebSocketLink>>([])

    init(
        hub: LiveHub, settings: LiveSettings, site: LiveSite, gate: any LiveGate, desk: SenderDesk, places: LivePlaces,
        room: MessageRoom, logger: Logger
    ) {
        self.hub = hub
        self.settings = settings
        self.site = site
        self.gate = gate
        self.desk = desk
        self.places = places
        self.room = room
        self.logger = logger
        (sessions, newSession) = AsyncStream.makeStream()
    }

    func decide(_ request: UpgradeRequest) async throws(UpgradeRefusal) -> AcceptedUpgrade {
        let visitor = try await gate.admit(Caller(request, at: gate), isSocketIO: false)
        guard let principal = visitor.principal else {
            throw UpgradeRefusal(
                .unauthorized, code: "login-needed", "This needs a login, an access token or an API key.")
        }
        guard principal.role != .metrics else {
            throw UpgradeRefusal(.forbidden, code: "forbidden", "A key with the role metrics reads metrics only.")
        }
        var since: Int64?
        if let text = request.query["since"] {
            since = Int64(text)
            guard let since, since >= 0 else { throw .badRequest("since must be the id of a frame.") }
        }
        guard places.take() else { throw LivePlaces.refusal }
        let places = places
        return AcceptedUpgrade(messageLimit: settings.maxPayload, room: room) { [since] channel in
            LiveSocket(self, visitor, principal, since: since, eventLoop: channel.eventLoop)
        } abandon: {
            places.giveBack()
        }
    }

    func opened(_ session: LiveSocketSession) {
        _ = links.withLock { $0.insert(session.link) }
        guard case .terminated = newSession.yield(session) else { return }
        // It was let in just before the stop.
        _ = links.withLock { $0.remove(session.link) }
        session.link.run { $0.stop() }
    }

    func closed() { places.giveBack() }

    var count: Int { links.withLock { $0.count } }

    /// Deals with what clients send, until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await session in sessions {
                group.addTask { [self] in
                    await session.run(desk)
                    _ = links.withLock { $0.remove(session.link) }
                }
            }
        }
    }

    /// Says goodbye to all clients. `run` returns when the last one is gone.
    func stop() {
        newSession.finish()
        for link in links.withLock({ $0 }) { link.run { $0.stop() } }
    }
}

/// What the `connect` frame says of where this is.
public struct LiveSite: Sendable {
    public let id: String
    public let name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}
