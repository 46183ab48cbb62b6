public import Domain

/// Which dialect a message is written in, where one address takes all of them; told by its members.
public enum MessageShape: Sendable, Hashable {
    /// The appliance's own: docs/api.md, "Fields of an event".
    case event
    case fieldCamera(FieldCamera.Kind)

    private static let cameraNames = ["camera_id", "aicamera_id", "device_id"]
    private static let eventMembers = ["license_plate", "event_id", "captured_at"]

    /// How a message names its sender decides: `edge_device_id` is the own dialect's, `camera_id` and the like are the
    /// cameras'. Where neither is, as under a topic that names the device, the other members do. What is none of these
    /// is read as an event, whose errors say best what is missing.
    public init(_ value: JSONValue) {
        guard let object = value.objectValue else {
            self = .event
            return
        }
        func hasAny(_ names: [String]) -> Bool { names.contains { object[$0].map { !$0.isNull } ?? false } }
        let kind = FieldCamera.kind(of: value)
        if object["type"]?.stringValue != nil, let kind {
            self = .fieldCamera(kind)
        } else if hasAny(["edge_device_id"]) {
            self = .event
        } else if hasAny(Self.cameraNames) {
            self = .fieldCamera(kind ?? (hasAny(["checkpoint_id"]) ? .registration : .detection))
        } else if hasAny(Self.eventMembers) {
            self = .event
        } else {
            self = kind.map { .fieldCamera($0) } ?? .event
        }
    }
}
