import Domain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Realtime

/// What the protocol suites of Engine.IO and Socket.IO expect at port 3000: `/engine.io/` sends messages back,
/// `/socket.io/` has the namespaces `/` and `/custom`.
@main
enum ConformanceServer {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3_000
        var settings = LiveSettings()
        settings.pingInterval = .milliseconds(300)
        settings.pingTimeout = .milliseconds(200)
        settings.maxPayload = 1_000_000
        settings.connectTimeout = .seconds(1)
        let group = MultiThreadedEventLoopGroup.singleton
        let places = LivePlaces(limit: 1_000)
        let room = MessageRoom()
        let echo = EngineIOServer(
            path: "/engine.io/", settings: settings, gate: OpenGate(), places: places, room: room, eventLoopGroup: group
        ) { session in
            for await message in session.messages {
                switch message.content {
                case .text(let bytes): session.send([.message(bytes)])
                case .binary(let bytes): session.send([.binary(bytes)])
                }
                message.done()
            }
        }
        let conversation = SocketIOServer(
            namespaces: ["/": EchoNamespace(), "/custom": EchoNamespace()], connectTimeout: settings.connectTimeout)
        let socketIO = EngineIOServer(
            path: "/socket.io/", settings: settings, gate: OpenGate(), places: places, room: room,
            eventLoopGroup: group, handle: conversation.handle)
        let doors = Doors(servers: ["/engine.io/": echo, "/socket.io/": socketIO])
        func application(_ host: String) -> some ApplicationProtocol {
            Application(
                responder: PollingResponder(doors: doors),
                server: .live(LiveHTTPChannel.Configuration(idleTimeout: .seconds(30)), door: doors),
                configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
                logger: Logger(label: "conformance"))
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await echo.run() }
            group.addTask { await socketIO.run() }
            // "localhost" is one of these to some clients, the other one to others; a machine may not have both.
            await withDiscardingTaskGroup { group in
                for host in ["127.0.0.1", "::1"] {
                    group.addTask {
                        do { try await application(host).runService() } catch { print("not on \(host): \(error)") }
                    }
                }
            }
            echo.stop()
            socketIO.stop()
        }
    }
}

/// Lets everybody in.
struct OpenGate: LiveGate {
    let isTLS = false
    let proxies = TrustedProxies()

    func admit(_ caller: Caller, isSocketIO: Bool) async throws(UpgradeRefusal) -> Visitor {
        Visitor(address: caller.address, principal: nil, maySendMuch: true)
    }
}

/// Both paths.
struct Doors: UpgradeDoor {
    let servers: [String: EngineIOServer]

    func decide(_ request: UpgradeRequest) async throws(UpgradeRefusal) -> AcceptedUpgrade? {
        guard let server = servers[request.path] else { return nil }
        return try await server.decide(request)
    }
}
