import Domain

/// What an administrator says of a device.
struct DeviceForm {
    /// Members that may be in the body beside `device_id`.
    static let labels: Set<String> = ["name", "hostname", "site", "checkpoint"]

    private let body: JSONBody
    private let name: String?
    private let hostname: String?
    private let site: String?
    private let checkpoint: String?
    private let status: EdgeDevice.Status?

    init(_ body: inout JSONBody) {
        name = body.label("name")
        hostname = body.label("hostname")
        site = body.label("site")
        checkpoint = body.label("checkpoint")
        status = body.choice("status", EdgeDevice.Status.self)
        self.body = body
    }

    /// The device with what the body says; a member that is absent leaves its field, null empties it.
    func applied(to device: EdgeDevice) -> EdgeDevice {
        var device = device
        if body.has("name") { device.name = name }
        if body.has("hostname") { device.hostname = hostname }
        if body.has("site") { device.site = site }
        if body.has("checkpoint") { device.checkpoint = checkpoint }
        device.status = status ?? device.status
        return device
    }
}

extension JSONBody {
    mutating func deviceID() -> DeviceID? {
        let text = requiredText("device_id", limit: 1_000)
        guard !text.isEmpty else { return nil }
        guard let id = DeviceID(text) else {
            problem("device_id", "must be 1 to 50 characters of A-Z a-z 0-9 . _ -, not beginning with a dot")
            return nil
        }
        return id
    }
}
