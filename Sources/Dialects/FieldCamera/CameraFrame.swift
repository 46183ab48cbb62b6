public import Domain

/// One picture's worth of detections: the reads of one moment, which share one picture.
public struct CameraFrame: Sendable, Hashable {
    public var device: DeviceID
    /// Where the camera says it stands.
    public var checkpoint: String?
    /// The whole picture; the drafts carry only those of their plates.
    public var picture: PictureBytes?
    /// One for each plate, in the order of the message; one without a plate when none was read. Never empty.
    public var events: [LPREventDraft]

    public init(device: DeviceID, checkpoint: String?, picture: PictureBytes?, events: [LPREventDraft]) {
        self.device = device
        self.checkpoint = checkpoint
        self.picture = picture
        self.events = events
    }
}

/// A camera that says that it is there.
public struct CameraRegistration: Sendable, Hashable {
    public var device: DeviceID
    public var checkpoint: String?
    public var name: String?

    public init(device: DeviceID, checkpoint: String? = nil, name: String? = nil) {
        self.device = device
        self.checkpoint = checkpoint
        self.name = name
    }
}

/// What a camera says of itself.
public struct CameraHealth: Sendable, Hashable {
    /// The most bytes of a report as compact JSON.
    public static let reportLimit = 16 * 1_024

    public var device: DeviceID
    public var checkpoint: String?
    /// As it came.
    public var report: JSONObject

    public init(device: DeviceID, checkpoint: String? = nil, report: JSONObject) {
        self.device = device
        self.checkpoint = checkpoint
        self.report = report
    }
}
