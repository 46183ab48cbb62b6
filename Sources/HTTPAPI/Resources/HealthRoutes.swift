import Domain
import Hummingbird
import Identity

/// `/api/health`.
struct HealthRoutes {
    let services: APIServices

    var routes: [Route] { [health] }

    private var health: Route {
        Route(
            .get, "/api/health", .anyone,
            Operation(
                "getHealth", tag: "Health",
                "Whether all is well; with a login also how each component is and what somebody should know.",
                answers: [.json(200, "How it is", .reference("Health"))])
        ) { request, context in
            let report = await HealthReport(services)
            return Reply.json(to: request) { writer in
                report.write(to: &writer, isComplete: context.principal?.allows(.viewer) ?? false)
            }
        }
    }
}
