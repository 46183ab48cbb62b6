import Domain
import Gateway
import Media
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How the appliance is, as `GET /api/health` and `lpr-appliance status` tell it.
struct HealthReport {
    struct Notice {
        let code: String
        let message: String
        let since: Instant
    }

    private struct Component {
        let name: String
        let entry: HealthBoard.Entry
        let numbers: [(name: String, value: Int64)]
    }

    private let components: [Component]
    private let notices: [Notice]
    private let isDamageKnown: Bool
    private let version: String
    private let uptimeSeconds: Int64

    init(_ services: APIServices) async {
        let now = services.now
        let uptime = ContinuousClock().now - services.startedAt
        let start = now - uptime
        version = services.version
        uptimeSeconds = uptime.components.seconds
        var notices = Self.openingNotices(services.store.openingReport, start: start, uptime: uptime)
        isDamageKnown = services.store.openingReport.damage != nil

        func note(_ name: String, _ problem: (state: HealthBoard.State, error: String)?) -> HealthBoard.Entry {
            services.health.note(name, problem?.state ?? .ok, error: problem?.error, at: now, start: start)
        }
        let path = Self.database(in: services.store.directory)
        let database = Component(
            name: "database", entry: note("database", await Self.databaseProblem(services.store, path)),
            numbers: [
                ("queue_length", Int64(services.store.queueLength)),
                ("size_bytes", Self.databaseSize(in: services.store.directory)),
            ])

        let space = services.space.space()
        let reserve = services.space.reserve
        let disk = Component(
            name: "disk",
            entry: note(
                "disk",
                space == nil
                    ? (.degraded, "the free space cannot be read") : Self.diskProblem(space?.available, reserve)),
            numbers: [
                ("available_bytes", space?.available ?? 0), ("total_bytes", space?.total ?? 0),
                ("reserve_bytes", reserve),
            ])
        if disk.entry.state == .failed {
            notices.append(
                Notice(
                    code: "disk_full",
                    message: "The disk is full: new events are refused until \(reserve >> 20) MiB are free.",
                    since: disk.entry.since))
        }

        let images = services.store.directory + "/images"
        let media = Component(
            name: "media",
            entry: note("media", Self.writingProblem(images).map { (.failed, "images cannot be written: \($0)") }),
            numbers: [])
        components = [database, disk, media]
        self.notices = notices
    }

    var isOK: Bool { !isDamageKnown && components.allSatisfy { $0.entry.state == .ok } }

    /// - Parameter isComplete: with what only people who have logged in are told.
    func write(to writer: inout JSONWriter, isComplete: Bool) {
        writer.member("status", isOK ? "ok" : "degraded")
        writer.member("version", version)
        writer.member("uptime_seconds", uptimeSeconds)
        guard isComplete else { return }
        writer.name("components")
        writer.object { writer in
            for component in components {
                writer.name(component.name)
                writer.object { writer in
                    writer.member("state", component.entry.state.rawValue)
                    writer.member("since", component.entry.since)
                    writer.member("last_error", component.entry.lastError)
                    for number in component.numbers { writer.member(number.name, number.value) }
                }
            }
        }
        writer.name("notices")
        writer.array { writer in
            for notice in notices {
                writer.object { writer in
                    writer.member("code", notice.code)
                    writer.member("message", notice.message)
                    writer.member("since", notice.since)
                }
            }
        }
    }

    /// A sound database after a power cut is news for a day, not for the months until the next start.
    private static let uncleanStopNews: Duration = .seconds(86_400)

    private static func openingNotices(
        _ report: OpeningReport, start: Instant, uptime: Duration
    ) -> [Notice] {
        if let damage = report.damage {
            let message =
                "The database was damaged (\(damage.finding.prefix(200))) and a new one was begun. The damaged one is "
                + "kept as \(fileName(damage.putAsideAs)); the newest backup is "
                + "\(damage.newestBackup.map(fileName) ?? "none")."
            return [Notice(code: "database_recovered", message: message, since: damage.foundAt)]
        }
        guard report.isAfterUncleanStop, uptime < Self.uncleanStopNews else { return [] }
        return [
            Notice(
                code: "unclean_stop",
                message: "The last run ended without warning; the database was checked and is sound.", since: start)
        ]
    }

    private static func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func databaseProblem(_ store: Store, _ path: String) async -> (HealthBoard.State, String)? {
        do {
            _ = try await store.read { try EdgeDevice.fetch(deviceID: "", $0) }
        } catch {
            return (.failed, "the database cannot be read")
        }
        return writingProblem(path).map { (.failed, "the database cannot be written: \($0)") }
    }

    private static func diskProblem(_ available: Int64?, _ reserve: Int64) -> (HealthBoard.State, String)? {
        guard let available else { return nil }
        if available < reserve { return (.failed, "less than \(reserve >> 20) MiB are free") }
        // Time to act before events are refused.
        return available / 2 < reserve ? (.degraded, "less than \(reserve >> 19) MiB are free") : nil
    }

    /// Why the system would not let us write there; nil when it would.
    private static func writingProblem(_ path: String) -> String? {
        access(path, W_OK) == 0 ? nil : String(cString: strerror(errno))
    }

    private static func database(in directory: String) -> String { directory + "/appliance.sqlite" }

    /// Bytes of the database and its log.
    static func databaseSize(in directory: String) -> Int64 {
        size(database(in: directory)) + size(database(in: directory) + "-wal")
    }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
