import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `/api/storage`: how the disk is used, and making room on it.
struct StorageRoutes {
    let services: APIServices

    var routes: [Route] { [read, sweep] }

    private static let deviceLimits = 1...500
    private static let sweepsShown = 20
    /// Days of the chart.
    private static let historyDays: Int64 = 31

    private var read: Route {
        Route(
            .get, "/api/storage", .role(.viewer),
            Operation(
                "getStorage", tag: "Storage",
                "How the disk is used, by class and by device; when it will be full; what sweeps have removed.",
                parameters: [
                    .query(
                        "devices", "Devices that are told, those with the most first.",
                        ["type": "integer", "minimum": 1, "maximum": 500, "default": 50])
                ],
                answers: [.json(200, "How it is", .reference("Storage")), .problem(422, "A parameter is wrong")])
        ) { request, _ in
            try await Self.answer(request, services)
        }
    }

    static func answer(_ request: Request, _ services: APIServices) async throws -> Response {
        var query = QueryReader(request)
        let limit = query.integer("devices", in: deviceLimits, default: 50)
        try query.check()
        let keeper = try keeper(services)
        let since = services.now - .seconds(historyDays * 86_400)
        let (use, history, sweeps) = try await services.store.read { database in
            (
                try StorageUse.read(database), try StorageHistory.read(since: since, database),
                try SweepRecord.newest(sweepsShown, database)
            )
        }
        let report = keeper.report()
        let (devices, total) = DeviceUse.largest(limit, of: use)
        return Reply.json(to: request) { writer in
            report.write(to: &writer)
            writer.name("devices")
            writer.array { writer in
                for device in devices { device.write(to: &writer) }
            }
            writer.member("device_count", Int64(total))
            writer.name("history")
            writer.array { writer in
                for hour in history {
                    writer.object { writer in
                        writer.member("hour", hour.hour)
                        writer.member("used_bytes", hour.used)
                        writer.member("removed_bytes", hour.removed)
                    }
                }
            }
            writer.name("sweeps")
            writer.array { writer in
                for sweep in sweeps { sweep.write(to: &writer) }
            }
        }
    }

    private var sweep: Route {
        Route(
            .post, "/api/storage/sweep", .role(.admin),
            Operation(
                "sweepStorage", tag: "Storage",
                "Makes room down to the low mark, or with `dry_run` says what would go. `getStorage` tells how it ended.",
                bodies: [.init(contentType: "application/json", schema: .reference("StorageSweep"))],
                answers: [
                    .json(200, "What would go", .reference("StoragePlan")),
                    .json(202, "It begins", .reference("StorageSweepBegun")),
                    .problem(400, "Not JSON"),
                    .problem(409, "Nothing is deleted here, or the files are still being counted"),
                    .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            try await Self.sweep(request, context, services)
        }
    }

    static func sweep(_ request: Request, _ context: APIContext, _ services: APIServices) async throws -> Response {
        var body = try await JSONBody.read(request, context, members: ["dry_run"])
        let isDry = body.bool("dry_run") ?? false
        try body.check()
        let keeper = try keeper(services)
        if isDry {
            let plan = try await keeper.plan()
            return Reply.json(to: request) { plan.write(to: &$0) }
        }
        if let reason = keeper.request() { throw Problem(.conflict, .conflict, reason) }
        let actor = context.principal?.displayName ?? "console"
        try await services.store.write { try $0.audit(actor: actor, action: "storage.sweep", object: "storage") }
        return Reply.json(status: .accepted, to: request) { $0.member("sweeping", true) }
    }

    private static func keeper(_ services: APIServices) throws -> StorageKeeper {
        guard let keeper = services.storage else { throw Problem.notFound("Nothing keeps the disk in order here.") }
        return keeper
    }
}
