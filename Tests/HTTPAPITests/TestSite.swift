import Domain
import Foundation
import Gateway
import HTTPTypes
import Hummingbird
import Logging
import Media
import NIOCore
import Store
import Synchronization
import Vault

@testable import HTTPAPI
@testable import Identity

/// A whole appliance without sockets, on an empty data directory of its own.
final class TestSite: Sendable {
    static let password = "correct horse battery"
    /// 2026-11-23T03:00:00Z, ten o'clock in Bangkok.
    static let start = Instant(seconds: 1_795_402_800)
    static let trustedAddress = "10.9.0.5"

    /// Who sends a request.
    enum Caller: String, Sendable, CaseIterable {
        case anonymous, trusted, metrics, otherDevice, device, viewer, `operator`, admin
    }

    struct Options: Sendable {
        var isTLS = false
        var allowedOrigins: Set<String> = []
        var proxies: [String] = []
        var addressRate = 0.0
        var userRate = 0.0
        var deviceRate = 0.0
        var bodyLimit = 12 << 20
        var quota = StorageQuota.Limit.none
        var diskReserve: Int64 = 0
        /// What lies where the database should be.
        var foundDatabase: [UInt8]?
        var links: [any CommunicationLink] = []
        var upstream: (any UpstreamDesk)?
    }

    let directory: String
    let store: Store
    let services: APIServices
    let responder: ApplianceResponder
    let admin: ApplianceResponder
    let closings = Closings()
    private let passed: PassedTime
    private let keys: Mutex<[Caller: String]>

    final class Closings: Sendable {
        let count = Atomic(0)
    }

    final class PassedTime: Sendable {
        let value = Mutex(Duration.zero)
    }

    init(_ options: Options = Options()) async throws {
        let directory = NSTemporaryDirectory() + "http-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory + "/tmp", withIntermediateDirectories: true)
        self.directory = directory
        if let found = options.foundDatabase {
            try Data(found).write(to: URL(filePath: directory + "/appliance.sqlite"))
        }
        let passed = PassedTime()
        self.passed = passed
        let clock = WallClock { Self.start + passed.value.withLock { $0 } }
        let monotonic = MonotonicClock { passed.value.withLock { $0 } }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        store = try Store(Store.Configuration(directory: directory, clock: clock), logger: logger)
        let pictures = try PictureStore(
            directory: directory + "/images", temporaryDirectory: directory + "/tmp", logger: logger)
        var identityOptions = IdentityOptions()
        identityOptions.passwordCost.logarithmOfRounds = 4
        let identity = try await Identity(
            store: store, keys: KeyDirectory(path: directory + "/keys"), siteID: "test", clock: clock,
            monotonic: monotonic, options: identityOptions)
        let statistics = CommunicationStatistics()
        let devices = DeviceGate()
        let book = StorageBook(directory: directory, pictures: pictures, freshness: .zero)
        let quota = StorageQuota(limit: options.quota, reserve: options.diskReserve)
        let space = SpaceGate(directory: directory, quota: quota, book: book)
        let intake = Intake(
            store: store, pictures: pictures, space: space, devices: devices, statistics: statistics, siteID: "test",
            logger: logger)
        let proxies = TrustedProxies(try options.proxies.map { try NetworkRange($0) })
        func limiter(_ rate: Double) -> RateLimiter { RateLimiter(rate: rate, burst: rate, clock: monotonic) }
        var services = APIServices(
            store: store, intake: intake, identity: identity, pictures: pictures, space: space, devices: devices,
            statistics: statistics,
            limits: RequestLimits(
                body: options.bodyLimit, picture: 8 << 20, perAddress: limiter(options.addressRate),
                perUser: limiter(options.userRate), perDevice: limiter(options.deviceRate),
                trustedNetworks: TrustedNetworks([try NetworkRange("10.9.0.0/16")], except: proxies),
                allowedOrigins: options.allowedOrigins,
                proxies: proxies, isTLS: options.isTLS),
            site: APIServices.Site(
                id: "test", name: "ประตู 1", timezone: "Asia/Bangkok", language: "th",
                zone: TimeZoneRules(offset: 7 * 3_600)),
            version: "1.2.3", startedAt: ContinuousClock().now, logger: logger)
        services.links = options.links
        services.upstream = options.upstream
        services.storage = StorageKeeper(
            intake: intake, space: space, book: book, upkeep: UpkeepTurn(intake, limits: Upkeep.Limits()),
            logger: logger)
        self.services = services
        responder = ApplianceResponder(services)
        admin = ApplianceResponder.admin(services)
        keys = Mutex([:])
        for (caller, role, device) in [
            (Caller.viewer, Role.viewer, nil as String?), (.operator, .operator, nil), (.admin, .admin, nil),
            (.metrics, .metrics, nil), (.device, .device, "gate-1"), (.otherDevice, .device, "gate-2"),
        ] {
            let made = try await identity.createAPIKey(
                APIKeyDraft(name: caller.rawValue, role: role, deviceID: device), by: .console)
            keys.withLock { $0[caller] = made.key.reveal() }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func advance(_ duration: Duration) { passed.value.withLock { $0 += duration } }

    func key(of caller: Caller) -> String? { keys.withLock { $0[caller] } }

    /// Makes the first administrator.
    func setUp() async throws {
        _ = try await services.identity.createUser(
            username: "boss", role: .admin, password: Self.password, by: .console)
    }

    /// The header with the cookie of a new session.
    func cookie(of username: String = "boss") async throws -> HTTPFields {
        let session = try await services.identity.login(
            username: username, password: Self.password, address: "192.0.2.1")
        let name = SessionCookie.name(isTLS: services.limits.isTLS)
        return [.cookie: "\(name)=\(session.cookie.reveal())"]
    }
}

extension TestSite {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSONObject { (try? JSONParser.parse(bytes))?.objectValue ?? JSONObject() }

        /// The text at a path such as `site.name`.
        func string(_ path: String) -> String? { value(path)?.stringValue }
        func integer(_ path: String) -> Int64? { value(path)?.integerValue }
        func bool(_ path: String) -> Bool? { value(path)?.boolValue }

        func value(_ path: String) -> JSONValue? {
            var value: JSONValue? = .object(json)
            for part in path.split(separator: ".") {
                if let index = Int(part) {
                    let list = value?.arrayValue ?? []
                    value = list.indices.contains(index) ? list[index] : nil
                } else {
                    value = value?.objectValue?[String(part)]
                }
            }
            return value
        }

        var fieldsInError: [String] {
            (json["errors"]?.arrayValue ?? []).compactMap { $0.objectValue?["field"]?.stringValue }
        }

        var code: String? { string("type")?.split(separator: "#problem-").last.map(String.init) }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, as caller: Caller = .anonymous, headers: HTTPFields = [:],
        _ body: String = ""
    ) async throws -> Answer {
        try await send(method, path, as: caller, headers: headers, bytes: Array(body.utf8))
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, as caller: Caller = .anonymous, headers: HTTPFields = [:],
        bytes: [UInt8], address: String? = nil, isAdmin: Bool = false
    ) async throws -> Answer {
        var fields = headers
        if let key = key(of: caller) { fields[.apiKey] = key }
        var head = HTTPRequest(method: method, scheme: "http", authority: "box.local:8080", path: path)
        head.headerFields = fields
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
        let closings = closings
        let context = APIContext(
            core: CoreRequestContextStorage(source: TestSource()),
            address: address ?? (caller == .trusted ? Self.trustedAddress : "192.0.2.1"),
            closeSoon: { closings.count.add(1, ordering: .relaxed) })
        let response = try await (isAdmin ? admin : responder).respond(to: request, context: context)
        let collected = Collected()
        try await response.body.write(Writer(collected: collected))
        return Answer(
            status: response.status.code, headers: response.headers, bytes: collected.bytes.withLock { $0 })
    }

    private struct TestSource: RequestContextSource {
        var logger: Logger {
            var logger = Logger(label: "test") { _ in
                var handler = StreamLogHandler.standardError(label: "test")
                handler.logLevel = .critical
                return handler
            }
            logger[metadataKey: "hb.request.id"] = "request-1"
            return logger
        }
    }

    private final class Collected: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    private struct Writer: ResponseBodyWriter {
        let collected: Collected

        mutating func write(_ buffer: ByteBuffer) async throws {
            collected.bytes.withLock { $0 += buffer.readableBytesView }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    func event(
        _ id: String, device: String = "gate-1", plate: String = "1กก 1234", extra: String = ""
    ) -> String {
        #"{"event_id":"\#(id)","edge_device_id":"\#(device)","license_plate":"\#(plate)","confidence":0.9\#(extra)}"#
    }
}
