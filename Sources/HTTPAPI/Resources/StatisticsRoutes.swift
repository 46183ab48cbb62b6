import Domain
import Hummingbird
import Identity
import Store

/// `/api/statistics`.
struct StatisticsRoutes {
    let services: APIServices

    var routes: [Route] { [statistics] }

    private var statistics: Route {
        Route(
            .get, "/api/statistics", .viewerOrSender,
            Operation(
                "getStatistics", tag: "Statistics",
                "Counts of events by hour or day of capture. Days begin at midnight in the site's zone. Cameras in the field ask it whether they may send: they get no counts.",
                parameters: [
                    .query(
                        "bucket", "What one entry counts.",
                        ["type": "string", "enum": ["hour", "day"], "default": "hour"]),
                    .query(
                        "from", "Captured at or after this time; default: 24 hours or 30 days before `to`.",
                        ["type": "string", "format": "date-time"]),
                    .query(
                        "to", "Captured before this time; default: now.",
                        ["type": "string", "format": "date-time"]),
                    .query("device", "Only this device."),
                ],
                answers: [
                    .json(
                        200,
                        "One entry for each hour or day, those without events too; to devices, only that all is well",
                        ["anyOf": [.object(.reference("Statistics")), .object(.reference("Acknowledgement"))]]),
                    .problem(422, "A parameter is wrong, or the range has more than 2,000 hours or days"),
                ])
        ) { request, context in
            guard context.principal?.allows(.viewer) == true else {
                return FieldCameraReception.acknowledgement(to: request)
            }
            var query = QueryReader(request)
            let unit = query.choice("bucket", EventStatistics.Unit.self) ?? .hour
            let to = query.instant("to") ?? services.now
            let from = query.instant("from") ?? to - (unit == .hour ? .seconds(86_400) : .seconds(30 * 86_400))
            let device = query.text("device", limit: 50)
            try query.check()
            let offset = services.site.zone.offset(at: from)
            let buckets: [EventStatistics]
            let total: EventStatistics
            do {
                (buckets, total) = try await services.store.read { database in
                    let buckets = try EventStatistics.buckets(
                        unit: unit, from: from, to: to, device: device, zoneOffset: offset, database)
                    return (buckets, try EventStatistics.total(from: from, to: to, device: device, database))
                }
            } catch let error as FieldError {
                throw Problem.invalid([error])
            }
            var writer = JSONWriter(reserving: 128 * buckets.count + 512)
            writer.object { writer in
                writer.member("bucket", unit.rawValue)
                writer.member("from", from)
                writer.member("to", to)
                writer.name("total")
                writer.object { total.writeCounts(to: &$0) }
                writer.name("buckets")
                writer.array { writer in
                    for bucket in buckets {
                        writer.object { writer in
                            writer.member("start", bucket.start)
                            bucket.writeCounts(to: &writer)
                        }
                    }
                }
            }
            return Reply.taggedJSON(writer.bytes, to: request)
        }
    }
}

extension EventStatistics {
    fileprivate func writeCounts(to writer: inout JSONWriter) {
        writer.member("events", Int64(events))
        writer.member("with_plate", Int64(withPlate))
        writer.member("unique_plates", Int64(uniquePlates))
        writer.member("read_rate", readRate)
        writer.member("mean_confidence", meanConfidence)
    }
}
