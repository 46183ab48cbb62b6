/// A plate read as a camera sent it: checked, not yet stored.
public struct LPREventDraft: Sendable, Hashable {
    /// The most characters of a plate.
    public static let plateLimit = 20
    /// The most bytes of metadata as compact JSON.
    public static let metadataLimit = 64 * 1_024
    /// The most characters of a path that names a file sent apart.
    public static let imagePathLimit = 255
    /// A camera's clock may be this far off before its events are flagged.
    public static let toleratedSkew: Duration = .seconds(5)
    /// A camera's clock may be this far ahead before its events are refused.
    public static let refusedSkew: Duration = .seconds(86_400)
    /// 2000-01-01T00:00:00Z: nothing was captured before.
    public static let earliestCapture = Instant(seconds: 946_684_800)

    public var eventID: EventID?
    public var edgeDeviceID: DeviceID
    public var licensePlate: String?
    public var province: String?
    public var confidence: Double?
    public var capturedAt: Instant?
    public var sentAt: Instant?
    public var frameID: String?
    /// The path of a file that comes apart by SFTP or rsync.
    public var imagePath: String?
    public var metadata: JSONObject
    /// Kept beside `metadata`, but not compared: what a camera may say otherwise when it sends the same read again.
    public var passingMetadata: JSONObject
    public var image: PictureBytes?
    public var plateImage: PictureBytes?

    public init(
        eventID: EventID? = nil, edgeDeviceID: DeviceID, licensePlate: String? = nil, province: String? = nil,
        confidence: Double? = nil, capturedAt: Instant? = nil, sentAt: Instant? = nil, frameID: String? = nil,
        imagePath: String? = nil, metadata: JSONObject = JSONObject(),
        passingMetadata: JSONObject = JSONObject(), image: PictureBytes? = nil, plateImage: PictureBytes? = nil
    ) {
        self.eventID = eventID
        self.edgeDeviceID = edgeDeviceID
        self.licensePlate = licensePlate
        self.province = province
        self.confidence = confidence
        self.capturedAt = capturedAt
        self.sentAt = sentAt
        self.frameID = frameID
        self.imagePath = imagePath
        self.metadata = metadata
        self.passingMetadata = passingMetadata
        self.image = image
        self.plateImage = plateImage
    }
}

/// The bytes of one picture as they came.
public struct PictureBytes: Sendable, Hashable {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension LPREventDraft {
    /// What is wrong with the values themselves, whatever dialect they came in; empty when nothing is.
    public func problems(receivedAt: Instant) -> [FieldError] {
        var problems: [FieldError] = []
        if let licensePlate, licensePlate.count > Self.plateLimit {
            problems.append(
                FieldError(
                    "license_plate",
                    "has \(licensePlate.count) characters; a plate has at most \(Self.plateLimit), or null when nothing was read"
                ))
        }
        if let confidence, !(0...1).contains(confidence) {
            problems.append(FieldError("confidence", "is \(confidence); it must be between 0 and 1"))
        }
        if let capturedAt {
            if capturedAt < Self.earliestCapture {
                problems.append(
                    FieldError("captured_at", "is \(capturedAt.rfc3339), before 2000; set the camera's clock"))
            } else if capturedAt > receivedAt + Self.refusedSkew {
                problems.append(
                    FieldError(
                        "captured_at",
                        "is \(capturedAt.rfc3339), more than a day ahead of \(receivedAt.rfc3339); set the camera's clock"
                    ))
            }
        }
        if let imagePath, let problem = Self.problem(withImagePath: imagePath) {
            problems.append(FieldError("image_path", problem))
        }
        return problems
    }

    /// A path from the network names a file below the device's own root and nothing else.
    static func problem(withImagePath path: String) -> String? {
        if path.isEmpty { return "is empty; leave it out when there is no file" }
        if path.count > imagePathLimit { return "has \(path.count) characters; at most \(imagePathLimit) are allowed" }
        if path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "has a control character"
        }
        if path.utf8.contains(UInt8(ascii: "\\")) { return "has a backslash; separate folders with /" }
        if path.split(separator: "/", omittingEmptySubsequences: false).contains("..") {
            return "leads out of the device's folder by '..'; name the file relative to that folder"
        }
        return nil
    }
}
