import Dialects
import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `/api/lpr/events`: reading, sending, correcting and deleting plate reads.
struct EventRoutes {
    let services: APIServices
    let gate: AccessGate

    var routes: [Route] { [list, send, batch, read, correct, delete] }

    private var list: Route {
        Route(
            .get, "/api/lpr/events", .role(.viewer),
            Operation(
                "listEvents", tag: "Events", "A page of events, newest first; or all that match, as CSV or NDJSON.",
                parameters: EventFilter.parameters + [
                    .query(
                        "limit", "Events of one page.",
                        ["type": "integer", "minimum": 1, "maximum": 500, "default": 50]),
                    .query("cursor", "`next` of the page before."),
                ],
                answers: [
                    .json(200, "A page", .reference("EventPage")),
                    .content(200, "All that match", "text/csv"),
                    .content(200, "All that match, one event a line", "application/x-ndjson"),
                    .problem(422, "A parameter is wrong"),
                ])
        ) { request, _ in
            var query = QueryReader(request)
            let filter = EventFilter(&query)
            let limit = query.integer("limit", in: EventFilter.limits, default: 50)
            var cursor: EventCursor?
            if let text = query.text("cursor") {
                cursor = EventCursor(text: text)
                if cursor == nil { query.problem("cursor", "is not one that this call has given") }
            }
            try query.check()
            if let export = EventExport.Format(accept: request.headers[.accept]) {
                return EventExport(store: services.store, filter: filter, format: export).response
            }
            let page = try await services.store.events(filter, after: cursor, limit: limit)
            var writer = JSONWriter(reserving: 1_024 * page.events.count + 64)
            writer.object { writer in
                writer.name("events")
                writer.array { writer in
                    for event in page.events { event.write(to: &writer) }
                }
                writer.member("next", page.next?.text)
            }
            return Reply.taggedJSON(writer.bytes, to: request)
        }
    }

    private var send: Route {
        Route(
            .post, "/api/lpr/events", .sender,
            Operation(
                "sendEvent", tag: "Events", "Sends one plate read; answered when it is on disk.",
                bodies: [
                    .init(contentType: "application/json", schema: .reference("EventDraft")),
                    .init(contentType: "multipart/form-data", schema: .reference("EventForm")),
                ],
                answers: [
                    .json(201, "Stored", .reference("Event")),
                    .json(200, "The same event was stored before", .reference("Event")),
                    .problem(400, "Not JSON"),
                    .problem(409, "The same id is stored with other content"),
                    .problem(413, "The body is too large"),
                    .problem(422, "A field is wrong; `errors` names each"),
                    .problem(503, "Busy; send it again after Retry-After"),
                    .problem(507, "The disk is full, or there is no room for pictures; `type` tells which"),
                ])
        ) { request, context in
            try await EventReception(services: services, gate: gate).receive(request, context)
        }
    }

    private var batch: Route {
        Route(
            .post, "/api/lpr/events/batch", .sender,
            Operation(
                "sendEvents", tag: "Events", "Sends up to 1,000 plate reads in one transaction.",
                bodies: [
                    .init(contentType: "application/x-ndjson", schema: ["type": "string"]),
                    .init(
                        contentType: "application/json",
                        schema: [
                            "type": "array", "minItems": 1, "maxItems": .integer(RequestLimits.batchEvents),
                            "items": .object(.reference("EventDraft")),
                        ]),
                ],
                answers: [
                    .json(200, "What became of each line", .reference("BatchResult")),
                    .problem(400, "Neither NDJSON nor a JSON array"),
                    .problem(413, "More than 1,000 events or 8 MiB"),
                    .problem(503, "Busy; nothing of it is stored"),
                    .problem(507, "The disk is full, or there is no room for its pictures; nothing of it is stored"),
                ])
        ) { request, context in
            try await BatchReception(services: services, gate: gate).receive(request, context)
        }
    }

    private var read: Route {
        Route(
            .get, "/api/lpr/events/{event_id}", .role(.viewer),
            Operation(
                "getEvent", tag: "Events", "One event.",
                parameters: [.path("event_id", "The event's id")],
                answers: [.json(200, "The event", .reference("Event")), .problem(404, "No such event")])
        ) { request, context in
            guard let event = try await services.store.event(context.pathParameters["event_id"] ?? "") else {
                throw Problem.notFound("There is no such event.")
            }
            return Reply.taggedJSON(event.json, to: request)
        }
    }

    private var correct: Route {
        Route(
            .put, "/api/lpr/events/{event_id}", .role(.operator),
            Operation(
                "correctEvent", tag: "Events",
                "Corrects plate, province or note, or marks the event to be kept; the first reading is kept and the change is audited.",
                parameters: [.path("event_id", "The event's id")],
                bodies: [.init(contentType: "application/json", schema: .reference("EventCorrection"))],
                answers: [
                    .json(200, "The event as it is now", .reference("Event")), .problem(404, "No such event"),
                    .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            let bytes = try await BodyReader(limit: RequestLimits.plainBody).read(request, context)
            let correction = try EventCorrection(JSONBody(bytes))
            let actor = context.principal?.displayName ?? "?"
            let eventID = context.pathParameters["event_id"] ?? ""
            let event = try await services.store.write { writing in
                try writing.correct(eventID: eventID, correction, by: actor)
            }
            guard let event else { throw Problem.notFound("There is no such event.") }
            return Reply.json(event.json, to: request)
        }
    }

    private var delete: Route {
        Route(
            .delete, "/api/lpr/events/{event_id}", .role(.admin),
            Operation(
                "deleteEvent", tag: "Events", "Removes an event and its pictures.",
                parameters: [.path("event_id", "The event's id")],
                answers: [.empty(204, "Removed"), .problem(404, "No such event")])
        ) { _, context in
            let actor = context.principal?.displayName ?? "?"
            let eventID = context.pathParameters["event_id"] ?? ""
            guard try await services.intake.delete(eventID: eventID, by: actor) != nil else {
                throw Problem.notFound("There is no such event.")
            }
            return Reply.empty()
        }
    }
}
