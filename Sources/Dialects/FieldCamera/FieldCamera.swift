public import Domain

/// The dialect of the AI cameras that are in the field and cannot all be changed at once.
///
/// Over Socket.IO, REST and MQTT they say the same in slightly different words:
///
///     {type: "detection_result", camera_id, aicamera_id, checkpoint_id, timestamp, created_at, ocr_results,
///      vehicle_detections, plate_detections, vehicles_count, plates_count, processing_time_ms, original_image}
///     {camera_id | device_id, data | detection_data: {plates: […], vehicles: […]}, timestamp}
///     {camera_id, checkpoint_id, timestamp}                                    registration
///     {camera_id, timestamp, status, cpu_usage, …}                             health
///
/// Lists may be JSON text of lists, and everything may be null or empty. Such a camera seldom looks at an answer, so
/// that a read is kept whenever it can be: a part that cannot be read is named in `metadata.faults`, and only a message
/// that is no detection at all, or that names no camera, is refused.
public enum FieldCamera {
    /// What a message is, where one address takes several kinds.
    public enum Kind: Sendable, Hashable {
        case detection, health, registration
    }

    /// Told by `type`, else by the members; nil when it is none of them.
    public static func kind(of value: JSONValue) -> Kind? {
        guard let object = value.objectValue else { return nil }
        let members = FieldMembers(object)
        if let type = members.peek("type")?.stringValue?.lowercased() {
            if type.contains("detection") || type == "lpr_data" { return .detection }
            if type.contains("health") || type.contains("heartbeat") { return .health }
            if type.contains("register") { return .registration }
        }
        if members.hasAny(detectionMembers) { return .detection }
        if members.hasAny(healthMembers) { return .health }
        return nil
    }

    /// Members that only a detection has.
    static let detectionMembers = [
        "ocr_results", "vehicle_detections", "plate_detections", "vehicles_count", "plates_count", "plates", "vehicles",
        "detection_data", "plate_number", "license_plate", "original_image", "annotated_image", "cropped_plates",
    ]
    /// Members by which a report of health is known when its `type` does not say it.
    static let healthMembers = [
        "health", "health_status", "status", "overall_status", "component", "components", "cpu", "cpu_usage",
        "cpu_percent", "cpu_temperature", "temperature", "memory", "memory_usage", "memory_percent", "disk",
        "disk_usage", "uptime", "uptime_seconds", "metrics", "system",
    ]

    static let checkpointLimit = 100

    /// A registration: `camera_id`, perhaps `checkpoint_id` and a name.
    public static func registration(
        _ value: JSONValue, defaultDevice: DeviceID?
    ) throws(MessageRejection) -> CameraRegistration {
        var members = try FieldMembers(message: value)
        let device = try members.device(default: defaultDevice)
        return CameraRegistration(
            device: device.id, checkpoint: members.label("checkpoint_id", "checkpoint", limit: checkpointLimit),
            name: members.label("camera_name", "name", limit: 100) ?? device.asSent.map { String($0.prefix(100)) })
    }

    /// A report of health: any object that names its camera, at most `CameraHealth.reportLimit` bytes.
    public static func health(_ value: JSONValue, defaultDevice: DeviceID?) throws(MessageRejection) -> CameraHealth {
        var members = try FieldMembers(message: value)
        let device = try members.device(default: defaultDevice)
        let checkpoint = members.label("checkpoint_id", "checkpoint", limit: checkpointLimit)
        let size = value.text.utf8.count
        guard size <= CameraHealth.reportLimit else {
            throw MessageRejection(
                fields: [
                    FieldError("", "the report has \(size) bytes; at most \(CameraHealth.reportLimit) are kept")
                ], deviceID: device.id.text)
        }
        return CameraHealth(device: device.id, checkpoint: checkpoint, report: members.outer)
    }
}
