import Domain
import Hummingbird
import Store

/// `/api/communication/…` and `/api/rejected`: what went over which protocol, and what did not get in.
struct CommunicationRoutes {
    let services: APIServices

    var routes: [Route] { [statistics, logs, rejected] }

    enum Window: String, CaseIterable {
        case hour = "1h"
        case day = "24h"
        case week = "7d"

        var length: Duration {
            switch self {
            case .hour: .seconds(3_600)
            case .day: .seconds(86_400)
            case .week: .seconds(7 * 86_400)
            }
        }
    }

    private var statistics: Route {
        Route(
            .get, "/api/communication/stats", .role(.viewer),
            Operation(
                "getCommunicationStatistics", tag: "Communication",
                "Messages, failures, bytes and latency by protocol and direction.",
                parameters: [
                    .query(
                        "window", "How far back.",
                        ["type": "string", "enum": ["1h", "24h", "7d"], "default": "1h"])
                ],
                answers: [
                    .json(200, "Those with messages", .reference("CommunicationStatistics")),
                    .problem(422, "A parameter is wrong"),
                ])
        ) { request, _ in
            var query = QueryReader(request)
            let window = query.choice("window", Window.self) ?? .hour
            try query.check()
            let summaries = try await services.store.communicationStatistics(
                window: window.length, now: services.now, with: services.statistics)
            return Reply.json(to: request) { writer in
                writer.member("window", window.rawValue)
                writer.name("protocols")
                writer.array { writer in
                    for summary in summaries {
                        summary.write(to: &writer, connectedNow: services.connectedNow(summary.protocol))
                    }
                }
            }
        }
    }

    private static let pageParameters: [Operation.Parameter] = [
        .query("limit", "Rows of one page.", ["type": "integer", "minimum": 1, "maximum": 500, "default": 100]),
        .query("cursor", "`next` of the page before."),
    ]

    private static func rowCursor(_ query: inout QueryReader) -> Int64? {
        guard let text = query.text("cursor", limit: 20) else { return nil }
        guard let cursor = Int64(text), cursor > 0 else {
            query.problem("cursor", "is not one that this call has given")
            return nil
        }
        return cursor
    }

    private var logs: Route {
        Route(
            .get, "/api/communication/logs", .role(.operator),
            Operation(
                "listCommunicationLogs", tag: "Communication", "A page of the log of messages, newest first.",
                parameters: [
                    .query(
                        "protocol", "Only this protocol.",
                        [
                            "type": "string",
                            "enum": .array(SourceProtocol.allCases.map { .string($0.rawValue) }),
                        ]),
                    .query("device", "Only messages from or to this device."),
                    .query("success", "Only those that succeeded, or failed.", ["type": "boolean"]),
                    .query("from", "At or after this time.", ["type": "string", "format": "date-time"]),
                    .query("to", "Before this time.", ["type": "string", "format": "date-time"]),
                ] + Self.pageParameters,
                answers: [
                    .json(
                        200, "A page; it can be short, or even empty, while `next` still leads on",
                        .reference("CommunicationLogPage")),
                    .problem(422, "A parameter is wrong"),
                ])
        ) { request, _ in
            var query = QueryReader(request)
            let filter = CommunicationLogRow.Filter(
                protocol: query.choice("protocol", SourceProtocol.self), device: query.text("device", limit: 50),
                isSuccess: query.bool("success"), from: query.instant("from"), to: query.instant("to"))
            let limit = query.integer("limit", in: 1...CommunicationLogRow.pageLimit, default: 100)
            let cursor = Self.rowCursor(&query)
            try query.check()
            let page = try await services.store.read { database in
                try CommunicationLogRow.page(filter, after: cursor, limit: limit, database)
            }
            return Reply.json(to: request) { writer in
                writer.name("logs")
                writer.array { writer in
                    for row in page.rows { row.write(to: &writer) }
                }
                writer.member("next", page.next.map { "\($0)" })
            }
        }
    }

    private var rejected: Route {
        Route(
            .get, "/api/rejected", .role(.operator),
            Operation(
                "listRejectedMessages", tag: "Communication",
                "A page of messages that were not accepted, newest first, with the reason and up to 4 KiB of each.",
                parameters: Self.pageParameters,
                answers: [.json(200, "A page", .reference("RejectedPage")), .problem(422, "A parameter is wrong")])
        ) { request, _ in
            var query = QueryReader(request)
            let limit = query.integer("limit", in: 1...RejectedMessageRow.pageLimit, default: 100)
            let cursor = Self.rowCursor(&query)
            try query.check()
            let page = try await services.store.read { database in
                try RejectedMessageRow.page(after: cursor, limit: limit, database)
            }
            return Reply.json(to: request) { writer in
                writer.name("rejected")
                writer.array { writer in
                    for message in page.messages { message.write(to: &writer) }
                }
                writer.member("next", page.next.map { "\($0)" })
            }
        }
    }
}
