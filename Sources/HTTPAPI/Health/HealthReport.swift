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

    private let components: [HealthComponent]
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

        func note(_ name: String, _ problem: Problem?) -> HealthBoard.Entry {
            services.health.note(name, problem?.state ?? .ok, error: problem?.error, at: now, start: start)
        }
        let directory = services.store.directory
        let database = HealthComponent(
            name: "database",
            entry: note("database", await Self.databaseProblem(services.store, Self.database(in: directory))),
            details: [
                ("queue_length", .integer(services.store.queueLength)),
                ("size_bytes", .integer(Self.databaseSize(in: directory))),
            ])

        let space = services.space.space()
        let reserve = services.space.reserve
        let disk = HealthComponent(
            name: "disk", entry: note("disk", Self.diskProblem(space?.available, reserve)),
            details: [
                ("available_bytes", .integer(space?.available ?? 0)), ("total_bytes", .integer(space?.total ?? 0)),
                ("reserve_bytes", .integer(reserve)),
            ])
        if disk.entry.state == .failed {
            notices.append(
                Notice(
                    code: "disk_full",
                    message: "The disk is full: new events are refused until \(reserve >> 20) MiB are free.",
                    since: disk.entry.since))
        }

        let storage = services.storage.map { HealthComponent.storage($0.report(), note) }
        if let storage, storage.entry.state == .failed {
            notices.append(
                Notice(
                    code: "pictures_refused",
                    message: "There is no room for pictures: they are refused; events without pictures are taken.",
                    since: storage.entry.since))
        }

        let media = HealthComponent(
            name: "media", entry: note("media", Self.imagesProblem(directory + "/images", services)),
            details: services.sweep?.last.map { Self.details(of: $0) } ?? [])
        var components = [database, disk]
        if let storage { components.append(storage) }
        components.append(media)
        components.append(
            .upstream(services.upstream?.status ?? UpstreamStatus(), noteOn: services.health, at: now, start: start))
        components += services.links.map { HealthComponent($0, noteOn: services.health, at: now, start: start) }
        self.components = components
        self.notices = notices
    }

    var isOK: Bool { troubles.isEmpty }

    /// The names of the components that somebody should look at.
    var troubles: [String] {
        let names = components.filter { !$0.entry.state.isFine }.map(\.name)
        return isDamageKnown && !names.contains("database") ? ["database"] + names : names
    }

    /// - Parameter isComplete: with what only people who have logged in are told.
    func write(to writer: inout JSONWriter, isComplete: Bool) {
        writer.member("status", isOK ? "ok" : "degraded")
        writer.member("version", version)
        writer.member("uptime_seconds", uptimeSeconds)
        guard isComplete else { return }
        writer.name("components")
        writer.object { writer in
            for component in components { component.write(to: &writer) }
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

    private static func details(of sweep: PictureSweep.Report) -> [(name: String, value: JSONValue)] {
        [
            ("checked_at", .string(sweep.at.rfc3339)), ("pictures", .integer(sweep.named)),
            ("pictures_missing", .integer(sweep.missing)), ("events_mended", .integer(sweep.mended)),
            ("files_removed", .integer(sweep.removed)),
        ]
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
