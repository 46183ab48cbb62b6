import Domain
import Synchronization
import TestSupport

/// A data directory with an appliance that is set up: a camera `gate-1` and keys to try everything with.
final class Appliance: Sendable {
    private let folder: ScratchFolder
    private let settings: [String: String]
    private let prefix: [String]
    private let environment: [String: String]
    private let running: Mutex<RunningBinary>
    /// The key of the camera `gate-1`.
    let deviceKey: String
    let adminKey: String

    /// The limits of rates are off, unless `settings` sets them.
    static func start(settings: [String: String] = [:], prefix: [String] = []) async throws -> Appliance {
        try await start(settings: settings, prefix: prefix, environment: [:])
    }

    /// - Parameter environment: what is set beside the environment of the tests.
    static func start(
        settings: [String: String] = [:], prefix: [String] = [], environment: [String: String]
    ) async throws -> Appliance {
        let folder = try ScratchFolder()
        let data = folder.path + "/data"
        let all = unlimited.merging(settings) { $1 }
        let binary = try await RunningBinary.start(
            data: data, settings: all, prefix: prefix, environment: environment)
        return Appliance(
            folder: folder, settings: all, prefix: prefix, environment: environment, binary: binary,
            deviceKey: try await binary.answer("device", "add", "gate-1"),
            adminKey: try await binary.answer("key", "create", "tests", "--role", "admin"))
    }

    static let unlimited = [
        "http.rate_limit_address": "0", "http.rate_limit_user": "0", "intake.rate_limit": "0",
    ]

    private init(
        folder: ScratchFolder, settings: [String: String], prefix: [String], environment: [String: String],
        binary: RunningBinary, deviceKey: String, adminKey: String
    ) {
        self.folder = folder
        self.settings = settings
        self.prefix = prefix
        self.environment = environment
        running = Mutex(binary)
        self.deviceKey = deviceKey
        self.adminKey = adminKey
    }

    /// The process that runs, or ran last.
    var binary: RunningBinary { running.withLock { $0 } }

    /// For what a test puts beside the data; it goes with this object.
    var directory: String { folder.path }

    /// Starts it again on the same data, after it was stopped or killed.
    /// - Parameter changes: of the settings it had at first.
    @discardableResult
    func startAgain(_ changes: [String: String] = [:]) async throws -> RunningBinary {
        let next = try await RunningBinary.start(
            data: binary.data, settings: settings.merging(changes) { $1 }, prefix: prefix, environment: environment)
        running.withLock { $0 = next }
        return next
    }

    func ask(_ request: Request) async throws -> Answer { try await binary.ask(request) }

    /// Whether it still answers, and takes an event.
    func isAlive() async throws -> Bool {
        let health = try await ask(.get("/api/health"))
        let event = try await ask(
            .send("POST", "/api/lpr/events", ["license_plate": "1กก 1234", "confidence": 1], key: deviceKey))
        return health.status == 200 && event.status == 201
    }
}
