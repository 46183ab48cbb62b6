import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `/api/upstream`: how the replication to the central database is, and what may be asked of it.
struct UpstreamRoutes {
    let services: APIServices

    var routes: [Route] { [read, parked, retry, resync] }

    private static let parkedLimits = 1...500
    private static let offDetail = "There is no central database here; an administrator sets upstream.url."

    private var read: Route {
        Route(
            .get, "/api/upstream", .role(.viewer),
            Operation(
                "getUpstream", tag: "Upstream",
                "How the replication to the central database is: state, lag, rate, last error, refused changes.",
                answers: [.json(200, "How it is; `state` is `off` where there is none", .reference("Upstream"))])
        ) { request, _ in
            Self.state(request, services)
        }
    }

    static func state(_ request: Request, _ services: APIServices) -> Response {
        let status = services.upstream?.status ?? UpstreamStatus()
        return Reply.json(to: request) { status.write(to: &$0) }
    }

    private var parked: Route {
        Route(
            .get, "/api/upstream/parked", .role(.viewer),
            Operation(
                "listParkedRows", tag: "Upstream",
                "A page of the changes that the central database has refused, in the order in which that happened.",
                parameters: [
                    .query(
                        "limit", "Changes of one page.",
                        ["type": "integer", "minimum": 1, "maximum": 500, "default": 50]),
                    .query("cursor", "`next` of the page before."),
                ],
                answers: [.json(200, "A page", .reference("ParkedRowPage")), .problem(422, "A parameter is wrong")])
        ) { request, _ in
            try await Self.page(request, services)
        }
    }

    static func page(_ request: Request, _ services: APIServices) async throws -> Response {
        var query = QueryReader(request)
        let limit = query.integer("limit", in: parkedLimits, default: 50)
        let cursorText = query.text("cursor", limit: 20)
        let cursor = cursorText.flatMap { Int64($0) }
        if cursorText != nil, cursor == nil { query.problem("cursor", "is not one that this call has given") }
        try query.check()
        // One more than asked for tells whether there is a further page.
        let rows = try await services.upstream?.parked(after: cursor, limit: limit + 1) ?? []
        let page = rows.prefix(limit)
        let count = max(services.upstream?.status.parkedRows ?? 0, Int64(page.count))
        return Reply.json(to: request) { writer in
            writer.name("parked")
            writer.array { writer in
                for row in page { writer.object { row.write(to: &$0) } }
            }
            writer.member("count", count)
            writer.member("next", rows.count > limit ? page.last.map { String($0.id) } : nil)
        }
    }

    private var retry: Route {
        Route(
            .post, "/api/upstream/parked/{id}/retry", .role(.admin),
            Operation(
                "retryParkedRow", tag: "Upstream",
                "Has one refused change sent again, or all of them. It leaves the list once the centre has it.",
                parameters: [.path("id", "The `id` of the refused change, or `all`.")],
                answers: [
                    .json(202, "It is sent again", .reference("ParkedRetry")),
                    .problem(404, "There is no such change"), .problem(409, "There is no central database"),
                ])
        ) { request, context in
            try await Self.retry(request, context, services)
        }
    }

    static func retry(_ request: Request, _ context: APIContext, _ services: APIServices) async throws -> Response {
        let desk = try desk(services)
        let id = context.pathParameters["id"] ?? ""
        let count: Int64
        if id == "all" {
            count = try await desk.retryAllParked()
        } else {
            guard let number = Int64(id), try await desk.retry(parked: number) else {
                throw Problem.notFound("There is no such refused change; it may have been sent meanwhile.")
            }
            count = 1
        }
        try await audit("upstream.retry", id, context, services)
        return Reply.json(status: .accepted, to: request) { $0.member("retried", count) }
    }

    private var resync: Route {
        Route(
            .post, "/api/upstream/resync", .role(.admin),
            Operation(
                "resyncUpstream", tag: "Upstream",
                "Has stored events sent anew from a moment on, and all devices. Nothing is there twice afterwards.",
                bodies: [.init(contentType: "application/json", schema: .reference("UpstreamResync"))],
                answers: [
                    .json(202, "It begins", .reference("UpstreamResyncBegun")), .problem(400, "Not JSON"),
                    .problem(409, "There is no central database, or it is not possible now"),
                    .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            try await Self.resync(request, context, services)
        }
    }

    static func resync(_ request: Request, _ context: APIContext, _ services: APIServices) async throws -> Response {
        var body = try await JSONBody.read(request, context, members: ["from"])
        // All of a large site is hours of work: nobody asks for it by leaving something out.
        if !body.has("from") { body.problem("from", "is missing; null is all that is stored") }
        let from = body.dayOrInstant("from", in: services.site.zone)
        if let from, from > services.now { body.problem("from", "must not be in the future") }
        try body.check()
        try await desk(services).resync(from: from)
        try await audit("upstream.resync", from?.rfc3339 ?? "all", context, services)
        return Reply.json(status: .accepted, to: request) { $0.member("from", from) }
    }

    private static func desk(_ services: APIServices) throws -> any UpstreamDesk {
        guard let desk = services.upstream, desk.status.state != .off else {
            throw Problem(.conflict, .conflict, offDetail)
        }
        return desk
    }

    private static func audit(
        _ action: String, _ object: String, _ context: APIContext, _ services: APIServices
    ) async throws {
        let actor = context.principal?.displayName ?? "console"
        try await services.store.write { try $0.audit(actor: actor, action: action, object: object) }
    }
}

extension JSONBody {
    /// An instant, or a date for the beginning of that day in `zone`; nil when absent, null or wrong.
    mutating func dayOrInstant(_ name: String, in zone: TimeZoneRules) -> Instant? {
        guard let text = text(name, limit: 64) else { return nil }
        if let instant = Instant(rfc3339: text) { return instant }
        // The day's beginning as if the clocks of the place stood at UTC.
        if text.utf8.count == 10, let local = Instant(rfc3339: text + "T00:00:00Z") {
            return zone.instant(ofLocal: local)
        }
        problem(name, "must be a date such as 2026-11-23, or a time with a zone such as 2026-11-23T08:00:00+07:00")
        return nil
    }
}
