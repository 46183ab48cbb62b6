import Domain
import HTTPTypes
import Hummingbird
import Identity
import Media
import Store
import Vault

/// `/admin/…`: what the commands on the box ask of the running appliance, so that no second process opens its database
/// (invariant 2). Only served on the socket in the data directory.
struct AdminRoutes {
    let services: APIServices

    var routes: [Route] {
        [
            setupCode, listUsers, createUser, setPassword, listDevices, showDevice, addDevice, createKey, backUp,
            listKeyRing, rotateKeyRing, status, storage, sweep,
        ] + deviceKeys + upstream
    }

    func route(
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

    private var showDevice: Route {
        route(.get, "devices/{device_id}", "showDevice", "One device.") { request, context in
            try await DeviceRoutes.one(context.pathParameters["device_id"] ?? "", services, request)
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

    private var deviceKeys: [Route] {
        [
            route(.get, "devices/{device_id}/ssh-keys", "listDeviceKeys", "The SSH keys of a device.") {
                request, context in
                try await DeviceKeyRoutes.list(context.pathParameters["device_id"] ?? "", services, request)
            },
            route(.post, "devices/{device_id}/ssh-keys", "addDeviceKey", "Adds an SSH key to a device.") {
                request, context in
                try await DeviceKeyRoutes.add(
                    context.pathParameters["device_id"] ?? "", request, context, by: .console, services)
            },
            route(
                .delete, "devices/{device_id}/ssh-keys/{fingerprint}", "deleteDeviceKey", "Removes an SSH key."
            ) { _, context in
                try await DeviceKeyRoutes.remove(context, by: .console, services)
            },
        ]
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

    private var listKeyRing: Route {
        route(.get, "key-ring", "listKeyRing", "The keys that pictures are sealed with.") { request, _ in
            Reply.json(to: request) { writer in
                writer.name("keys")
                writer.array { writer in
                    for key in services.pictures.keyEntries { write(key, to: &writer) }
                }
            }
        }
    }

    private var rotateKeyRing: Route {
        route(.post, "key-ring/rotate", "rotateKeyRing", "Adds a key, which seals from now on.") { request, _ in
            do {
                guard let key = try await services.pictures.rotateKey(at: services.now) else {
                    throw Problem(.conflict, .conflict, "This appliance has no key ring.")
                }
                try await services.store.write { context in
                    try context.audit(actor: "console", action: "key_ring.rotate", object: key.id)
                }
                return Reply.json(status: .created, to: request) { writer in
                    writer.name("key")
                    write(key, to: &writer)
                }
            } catch let error as VaultError {
                // Whoever stands at the box may know the whole of it; there is never a key in it.
                throw Problem(.conflict, .failed, "\(error)")
            }
        }
    }

    private func write(_ key: KeyRing.Entry, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", key.id)
            writer.member("created_at", key.createdAt)
            writer.member("sealing", key.isSealing)
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
