import Dialects
import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `/api/devices`: cameras and gateways.
struct DeviceRoutes {
    let services: APIServices
    let gate: AccessGate

    var routes: [Route] { [list, create, read, update, reportHealth] }

    private static let path = "/api/devices/{device_id}"
    private static let pathParameters = [Operation.Parameter.path("device_id", "The device's id")]
    static let limits = 1...EdgeDevice.pageLimit

    private var list: Route {
        Route(
            .get, "/api/devices", .role(.viewer),
            Operation(
                "listDevices", tag: "Devices", "A page of devices in the order of their ids.",
                parameters: [
                    .query(
                        "limit", "Devices of one page.",
                        ["type": "integer", "minimum": 1, "maximum": 500, "default": 100]),
                    .query("cursor", "`next` of the page before."),
                ],
                answers: [.json(200, "A page", .reference("DevicePage")), .problem(422, "A parameter is wrong")])
        ) { request, _ in
            var query = QueryReader(request)
            let limit = query.integer("limit", in: Self.limits, default: 100)
            let cursor = query.text("cursor", limit: 50)
            try query.check()
            return try await Self.page(after: cursor, limit: limit, services, request)
        }
    }

    static func page(
        after cursor: String?, limit: Int, _ services: APIServices, _ request: Request
    ) async throws -> Response {
        let now = services.now
        let midnight = services.site.zone.startOfDay(now)
        let (page, counts) = try await services.store.read { database in
            let page = try EdgeDevice.page(after: cursor, limit: limit, database)
            let counts = try EdgeDevice.eventsToday(
                deviceIDs: page.devices.map(\.deviceID), since: midnight, database)
            return (page, counts)
        }
        var writer = JSONWriter(reserving: 512 * page.devices.count + 64)
        writer.object { writer in
            writer.name("devices")
            writer.array { writer in
                for device in page.devices {
                    device.write(to: &writer, eventsToday: counts[device.deviceID] ?? 0, now: now)
                }
            }
            writer.member("next", page.next)
        }
        return Reply.taggedJSON(writer.bytes, to: request)
    }

    private var read: Route {
        Route(
            .get, Self.path, .role(.viewer),
            Operation(
                "getDevice", tag: "Devices", "One device.", parameters: Self.pathParameters,
                answers: [.json(200, "The device", .reference("Device")), .problem(404, "No such device")])
        ) { request, context in
            try await Self.one(context.pathParameters["device_id"] ?? "", services, request)
        }
    }

    static func one(_ deviceID: String, _ services: APIServices, _ request: Request) async throws -> Response {
        guard let bytes = try await json(of: deviceID, services) else { throw unknown }
        return Reply.taggedJSON(bytes, to: request)
    }

    private static let unknown = Problem.notFound("There is no such device.")

    /// Nil when there is no such device.
    private static func json(of deviceID: String, _ services: APIServices) async throws -> [UInt8]? {
        let now = services.now
        let midnight = services.site.zone.startOfDay(now)
        let found = try await services.store.read { database -> (EdgeDevice, Int)? in
            guard let device = try EdgeDevice.fetch(deviceID: deviceID, database) else { return nil }
            let counts = try EdgeDevice.eventsToday(deviceIDs: [deviceID], since: midnight, database)
            return (device, counts[deviceID] ?? 0)
        }
        guard let (device, eventsToday) = found else { return nil }
        var writer = JSONWriter()
        device.write(to: &writer, eventsToday: eventsToday, now: now)
        return writer.bytes
    }

    private var create: Route {
        Route(
            .post, "/api/devices", .role(.admin),
            Operation(
                "createDevice", tag: "Devices", "Adds a device and makes its API key, which is shown this once.",
                bodies: [.init(contentType: "application/json", schema: .reference("DeviceDraft"))],
                answers: [
                    .json(201, "Added", .reference("NewDevice")), .problem(400, "Not JSON"),
                    .problem(409, "There is a device of this id"), .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            var body = try await JSONBody.read(request, context, members: DeviceForm.labels.union(["device_id"]))
            let deviceID = body.deviceID()
            let form = DeviceForm(&body)
            try body.check()
            guard let deviceID, let principal = context.principal else { throw Problem.loginNeeded }
            return try await Self.add(deviceID, form, by: principal, services, request)
        }
    }

    /// Adds a device with a key of its own, both or none.
    /// - Throws: `Problem` 409 when the device is there.
    static func add(
        _ deviceID: DeviceID, _ form: DeviceForm, by principal: Principal, _ services: APIServices, _ request: Request
    ) async throws -> Response {
        let now = services.now
        let device = form.applied(to: EdgeDevice(deviceID: deviceID.text, createdAt: now, updatedAt: now))
        let (_, key) = try await services.identity.createAPIKey(
            APIKeyDraft(name: deviceID.text, role: .device, deviceID: deviceID.text), by: principal
        ) { writing in
            guard try writing.register(device) else {
                throw Problem(.conflict, .alreadyExists, "There is a device \(deviceID) already.")
            }
            try writing.audit(actor: principal.displayName, action: "device.create", object: deviceID.text)
        }
        var response = Reply.json(status: .created, to: request) { writer in
            writer.name("device")
            device.write(to: &writer, eventsToday: 0, now: now)
            writer.member("api_key", key.reveal())
        }
        response.headers[.location] = "/api/devices/\(deviceID)"
        return response
    }

    private var update: Route {
        Route(
            .put, Self.path, .role(.admin),
            Operation(
                "updateDevice", tag: "Devices",
                "Changes what is in the body; null empties. What a disabled device sends is refused.",
                parameters: Self.pathParameters,
                bodies: [.init(contentType: "application/json", schema: .reference("DeviceChange"))],
                answers: [
                    .json(200, "The device as it is now", .reference("Device")), .problem(400, "Not JSON"),
                    .problem(404, "No such device"), .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            let deviceID = context.pathParameters["device_id"] ?? ""
            let actor = context.principal?.displayName ?? "?"
            var body = try await JSONBody.read(request, context, members: DeviceForm.labels.union(["status"]))
            let form = DeviceForm(&body)
            try body.check()
            // What is remembered of the status must be that of the last commit; no event id has a slash.
            try await services.intake.exclusively("device/\(deviceID)") {
                let device = try await services.store.write { writing -> EdgeDevice? in
                    guard let before = try EdgeDevice.fetch(deviceID: deviceID, writing.database) else { return nil }
                    let device = form.applied(to: before)
                    guard device != before else { return device }
                    try writing.update(device)
                    try writing.audit(
                        actor: actor, action: "device.update", object: deviceID,
                        detail: ["status": .string(device.status.rawValue), "name": .optional(device.name)])
                    return device
                }
                guard let device else { throw Self.unknown }
                services.devices.set(device.status, deviceID: deviceID)
                services.identity.deviceStatusChanged(deviceID, to: device.status)
            }
            guard let bytes = try await Self.json(of: deviceID, services) else { throw Self.unknown }
            return Reply.json(bytes, to: request)
        }
    }

    private var reportHealth: Route {
        Route(
            .put, "\(Self.path)/health", .identified,
            Operation(
                "reportDeviceHealth", tag: "Devices",
                "Keeps a device's last report about itself, any JSON object up to 16 KiB; counts as a sign of life. For the device itself and for operators.",
                parameters: Self.pathParameters,
                bodies: [.init(contentType: "application/json", schema: ["type": "object"])],
                answers: [
                    .empty(204, "Kept"), .problem(400, "Not a JSON object"), .problem(404, "No such device"),
                    .problem(413, "More than 16 KiB"),
                ])
        ) { request, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            let deviceID = context.pathParameters["device_id"] ?? ""
            let isItself = principal.speaks(for: deviceID)
            guard isItself || principal.allows(.operator) else {
                throw Problem.forbidden("Only the device itself and operators may report its health.")
            }
            try gate.admitEvents(1, of: principal)
            let bytes = try await BodyReader(limit: RequestLimits.healthBody).read(request, context)
            let report = try JSONBody(bytes).object
            guard let device = DeviceID(deviceID) else { throw Self.unknown }
            try await services.intake.report(
                CameraHealth(device: device, report: report),
                from: Sender(principal, context, byteCount: bytes.count))
            return Reply.empty()
        }
    }
}
