/// One plate read as it is stored: a row of `lpr_events`.
public struct LPREvent: Sendable, Hashable {
    /// The row's number, given by the store; 0 before it is stored.
    public var rowID: Int64
    public var eventID: String
    public var edgeDeviceID: String
    /// As it was read, or as a person corrected it; nil when nothing was read.
    public var licensePlate: String?
    /// Normalised plate, see `Plate.key`.
    public var plateKey: String?
    public var plateKind: PlateKind?
    /// The Thai name when it could be matched, else the text as it came.
    public var province: String?
    /// `TH-nn` when the province could be matched.
    public var provinceCode: String?
    /// 0…1.
    public var confidence: Double?
    /// When the picture was taken, by the camera's clock; the time of reception when the camera said nothing.
    public var capturedAt: Instant
    /// When the camera sent it, by the camera's clock.
    public var sentAt: Instant?
    /// When the first byte reached us.
    public var receivedAt: Instant
    public var createdAt: Instant
    public var updatedAt: Instant
    public var sourceProtocol: SourceProtocol
    /// Camera's clock minus ours in milliseconds, when it is off by more than `LPREventDraft.toleratedSkew`.
    public var clockSkewMilliseconds: Int64?
    /// The frame that several plates came from.
    public var frameID: String?
    /// The stored picture, below `images/`.
    public var imagePath: String?
    /// The path that the camera named for a file that it sends apart. A camera can name anything: nothing is read or
    /// removed by this path.
    public var announcedImagePath: String?
    /// The received file that the picture came in, when it came apart; all events that share it have the same number.
    public var imageFileID: Int64?
    /// The 32 bytes of the SHA-256 of the full picture as it was stored, before encryption. It stays when the picture is
    /// removed or lost, so that a copy made before can be told to be the same. Nil for an event that never had one, and
    /// for those that were stored before it was kept.
    public var imageSHA256: [UInt8]?
    /// Bytes of that picture; stays like `imageSHA256`.
    public var imageBytes: Int64?
    public var plateImagePath: String?
    public var thumbnailPath: String?
    public var note: String?
    public var correction: Correction?
    /// A JSON object as text.
    public var metadata: String
    /// The first 16 bytes of the SHA-256 of what the sender sent; tells a repeat from a conflict (invariant 3).
    public var contentDigest: [UInt8]
    /// An operator has marked it: it goes last when room is made, and only where that is allowed.
    public var isKept: Bool
    /// When a picture of it was removed to make room; nil while all are there.
    public var picturesRemovedAt: Instant?

    /// The first reading of a plate that a person corrected.
    public struct Correction: Sendable, Hashable {
        public var firstPlate: String?
        public var firstProvince: String?
        public var correctedAt: Instant
        public var correctedBy: String

        public init(firstPlate: String?, firstProvince: String?, correctedAt: Instant, correctedBy: String) {
            self.firstPlate = firstPlate
            self.firstProvince = firstProvince
            self.correctedAt = correctedAt
            self.correctedBy = correctedBy
        }
    }

    public init(
        rowID: Int64 = 0, eventID: String, edgeDeviceID: String, licensePlate: String? = nil, plateKey: String? = nil,
        plateKind: PlateKind? = nil, province: String? = nil, provinceCode: String? = nil, confidence: Double? = nil,
        capturedAt: Instant, sentAt: Instant? = nil, receivedAt: Instant, createdAt: Instant, updatedAt: Instant,
        sourceProtocol: SourceProtocol, clockSkewMilliseconds: Int64? = nil, frameID: String? = nil,
        imagePath: String? = nil, announcedImagePath: String? = nil, imageFileID: Int64? = nil,
        imageSHA256: [UInt8]? = nil, imageBytes: Int64? = nil, plateImagePath: String? = nil,
        thumbnailPath: String? = nil, note: String? = nil,
        correction: Correction? = nil, metadata: String = "{}", contentDigest: [UInt8] = [], isKept: Bool = false,
        picturesRemovedAt: Instant? = nil
    ) {
        self.rowID = rowID
        self.eventID = eventID
        self.edgeDeviceID = edgeDeviceID
        self.licensePlate = licensePlate
        self.plateKey = plateKey
        self.plateKind = plateKind
        self.province = province
        self.provinceCode = provinceCode
        self.confidence = confidence
        self.capturedAt = capturedAt
        self.sentAt = sentAt
        self.receivedAt = receivedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.sourceProtocol = sourceProtocol
        self.clockSkewMilliseconds = clockSkewMilliseconds
        self.frameID = frameID
        self.imagePath = imagePath
        self.announcedImagePath = announcedImagePath
        self.imageFileID = imageFileID
        self.imageSHA256 = imageSHA256
        self.imageBytes = imageBytes
        self.plateImagePath = plateImagePath
        self.thumbnailPath = thumbnailPath
        self.note = note
        self.correction = correction
        self.metadata = metadata
        self.contentDigest = contentDigest
        self.isKept = isKept
        self.picturesRemovedAt = picturesRemovedAt
    }
}
