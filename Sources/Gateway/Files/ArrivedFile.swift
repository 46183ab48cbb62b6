public import Domain

/// A file that a device has sent whole.
public struct ArrivedFile: Sendable {
    public var device: DeviceID
    /// Below the device's root, `/` between parts, no leading `/`.
    public var path: String
    /// Open for reading, synced, valid until `Intake.take` returns; nobody writes to it meanwhile.
    public var descriptor: Int32
    /// Bytes.
    public var size: Int64
    /// By the device's clock.
    public var modifiedAt: Instant

    public init(device: DeviceID, path: String, descriptor: Int32, size: Int64, modifiedAt: Instant) {
        self.device = device
        self.path = path
        self.descriptor = descriptor
        self.size = size
        self.modifiedAt = modifiedAt
    }
}

/// What became of a file. All of these are on disk (invariant 1).
public enum FileVerdict: Sendable {
    /// A picture, and the events that now name it.
    case joined(eventIDs: [String])
    /// A picture that waits for its event.
    case unclaimed
    /// A sidecar JSON.
    case event(EventOutcome)
    /// Neither picture nor sidecar: stays where it is.
    case other
}

/// What was last taken from a path of a device.
public struct ReceivedFile: Sendable, Hashable {
    /// Below `images/`.
    public let picturePath: String
    /// Bytes, as the device sent it.
    public let size: Int64
    /// 32 bytes, of the stored picture.
    public let sha256: [UInt8]
    public let modifiedAt: Instant
}
