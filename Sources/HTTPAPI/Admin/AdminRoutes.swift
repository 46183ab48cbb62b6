import Domain
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `/admin/…`: what the commands on the box ask of the running appliance, so that no second process opens its database
/// (invariant 2). Only served on the socket in the data directory.
struct AdminRoutes {
    let services: APIServices

    var routes: [Route] {
        [
            setupCode, listUsers, createUser, setPassword, listDevices, addDevice, createKey, backUp, status, storage,
            sweep,
        ]
    }

    private func route(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String,
        _ handle: @escaping @Sendable (Request, APIContext) async throws -> Response
    ) -> Route {
        Route(
            method, "/admin/\(path)", .role(.admin), Operation(id, tag: "Admin", summary, answers: []), handle)
    }

    /// How long `Identity` lets a set-up code live.
    private static let setupCodeSeconds: Int64 = 1_800

    private var setupCode: Route {
        route(.post, "setup-code", "makeSetupCode", "A new set-up code; the one before is void.") { request, _ in
            let code = try services.identity.makeSetupCode()
            return Reply.json(to: request) { writer in
                writer.member("setup_code", code.reveal())
                writer.member("expires_in_seconds", Self.setupCodeSeconds)
            }
        }
    }

    private var listUsers: Route {
        route(.get, "users", "listUsers", "All users.") { request, _ in
            let users = try await services.identity.listUsers()
            return Reply.json(to: request) { UserRoutes.write(users, to: &$0) }
        }
    }

    private var createUser: Route {
        route(.post, "users", "createUser", "Adds a user.") { request, context in
            try await UserRoutes.create(request, context, services)
        }
    }

    private var setPassword: Route {
        route(.put, "users/{username}/password", "setPassword", "Sets a password and ends the locks.") {
            request, context in
            var body = try await JSONBody.read(request, context, members: ["password"])
            let password = body.requiredText("password", limit: 1_000)
            try body.check()
            let user = try await services.identity.updateUser(
                context.pathParameters["username"] ?? "", UserChange(password: password), by: .console)
            return Reply.json(to: request) { user.write(to: &$0) }
        }
    }

    private var listDevices: Route {
        route(.get, "devices", "listDevices", "A page of devices.") { request, _ in
            var query = QueryReader(request)
            let limit = query.integer("limit", in: DeviceRoutes.limits, default: EdgeDevice.pageLimit)
            let cursor = query.text("cursor", limit: 50)
            try query.check()
            return try await DeviceRoutes.page(after: cursor, limit: limit, services, request)
        }
    }

    private var addDevice: Route {
        route(.post, "devices", "addDevice", "Adds a device, or makes a further key for it.") { request, context in
            var body = try await JSONBody.read(
                request, context, members: DeviceForm.labels.union(["device_id", "renew_key"]))
            let deviceID = body.deviceID()
            let isRenewal = body.bool("renew_key") ?? false
            let form = DeviceForm(&body)
            try body.check()
            guard let deviceID else { throw Problem.invalid([FieldError("device_id", "is missing")]) }
            guard isRenewal else {
                return try await DeviceRoutes.add(deviceID, form, by: .console, services, request)
            }
            return try await furtherKey(for: deviceID, request)
        }
    }

    private func furtherKey(for deviceID: DeviceID, _ request: Request) async throws -> Response {
        let known = try await services.store.read { try EdgeDevice.fetch(deviceID: deviceID.text, $0) }
        guard let device = known else { throw Problem.notFound("There is no such device.") }
        let (_, key) = try await services.identity.createAPIKey(
            APIKeyDraft(name: deviceID.text, role: .device, deviceID: deviceID.text), by: .console)
        let now = services.now
        return Reply.json(status: .created, to: request) { writer in
            writer.name("device")
            device.write(to: &writer, eventsToday: 0, now: now)
            writer.member("api_key", key.reveal())
        }
    }

    private var createKey: Route {
        route(.post, "keys", "createKey", "Makes an API key.") { request, context in
            try await KeyRoutes.create(request, context, services)
        }
    }

    private var backUp: Route {
        route(.post, "backup", "backUp", "Copies the database.") { request, _ in
            do {
                let path = try await services.store.backUp(now: services.now)
                return Reply.json(status: .created, to: request) { $0.member("path", path) }
            } catch let error as StoreError where error.kind == .inUse {
                throw Problem(.conflict, .busy, "A backup is being made already.")
            } catch let error as StoreError where error.kind != .noSpace {
                // Whoever stands at the box may know the whole of it.
                throw Problem(.internalServerError, .failed, "\(error)")
            }
        }
    }

    private var storage: Route {
        route(.get, "storage", "getStorage", "How the disk is used.") { request, _ in
            try await StorageRoutes.answer(request, services)
        }
    }

    private var sweep: Route {
        route(.post, "storage/sweep", "sweepStorage", "Makes room, or says what would go.") { request, context in
            try await StorageRoutes.sweep(request, context, services)
        }
    }

    private var status: Route {
        route(.get, "status", "getStatus", "The full health.") { request, _ in
            let report = await HealthReport(services)
            return Reply.json(to: request) { report.write(to: &$0, isComplete: true) }
        }
    }
}
