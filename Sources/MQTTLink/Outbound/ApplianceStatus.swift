import Domain

/// The appliance's own status messages: birth, last will, and how it is every 30 seconds.
struct ApplianceStatus: Sendable {
    static let type = "lpr-appliance"
    static let periodicTopic = "system/status/appliance"

    let siteID: String
    let version: String

    var topic: String { "system/status/\(siteID)" }

    /// Whether a message is of an appliance, this one or another at the same broker: no device's.
    static func isAppliance(_ object: JSONObject) -> Bool { object["type"]?.stringValue == type }

    /// - Parameter time: nil in the last will, which is written long before it is sent.
    func payload(_ status: String, time: Instant?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", Self.type)
            writer.member("appliance_id", siteID)
            writer.member("status", status)
            writer.member("version", version)
            writer.member("time", time)
        }
        return writer.bytes
    }

    /// What the live connections are told as `system_status`, with who says it.
    func periodic(_ systemStatus: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", Self.type)
            writer.member("appliance_id", siteID)
        }
        guard systemStatus.count > 2 else { return writer.bytes }
        return writer.bytes.dropLast() + [UInt8(ascii: ",")] + systemStatus.dropFirst()
    }
}
