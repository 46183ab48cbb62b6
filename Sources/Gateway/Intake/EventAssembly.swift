import Crypto
import Domain
import Store

/// Makes a row out of a draft: normalises the plate, finds the province, gives an id, flags a wrong clock.
struct EventAssembly {
    private(set) var draft: LPREventDraft
    let sender: Sender
    let eventID: String
    let digest: [UInt8]

    /// - Parameter frameDigest: of the picture that the draft shares with others of its frame; empty when it has none.
    init(
        _ draft: LPREventDraft, frameDigest: [UInt8] = [], from sender: Sender,
        using generator: inout some RandomNumberGenerator
    ) {
        self.draft = draft
        self.sender = sender
        eventID = (draft.eventID ?? .version7(at: sender.receivedAt, using: &generator)).text
        digest = Self.digest(of: draft, frameDigest: frameDigest)
    }

    /// Notes for people that a part of the message was left out.
    mutating func note(fault: String) {
        draft.passingMetadata["faults"] = .array(
            (draft.passingMetadata["faults"]?.arrayValue ?? []) + [.string(fault)])
    }

    var capturedAt: Instant { draft.capturedAt ?? draft.sentAt ?? sender.receivedAt }

    func event(image: String?, plateImage: String?, thumbnail: String?) -> LPREvent {
        let plate = draft.licensePlate.flatMap { Plate(text: $0) }
        let province = draft.province.flatMap { Province.matching($0) }
        return LPREvent(
            eventID: eventID, edgeDeviceID: draft.edgeDeviceID.text, licensePlate: draft.licensePlate,
            plateKey: plate?.key, plateKind: plate?.kind, province: province?.thai ?? draft.province,
            provinceCode: province?.code, confidence: draft.confidence, capturedAt: capturedAt, sentAt: draft.sentAt,
            receivedAt: sender.receivedAt, createdAt: sender.receivedAt, updatedAt: sender.receivedAt,
            sourceProtocol: sender.protocol, clockSkewMilliseconds: clockSkew, frameID: draft.frameID,
            imagePath: image, announcedImagePath: draft.imagePath, plateImagePath: plateImage, thumbnailPath: thumbnail,
            metadata: metadata(province), contentDigest: digest)
    }

    /// All metadata; and the province as it was read, when matching changed it.
    private func metadata(_ province: Province?) -> String {
        var metadata = draft.metadata
        for member in draft.passingMetadata.members where metadata[member.name] == nil {
            metadata[member.name] = member.value
        }
        if let read = draft.province, let province, province.thai != read, metadata["province_as_read"] == nil {
            metadata["province_as_read"] = .string(read)
        }
        return JSONValue.object(metadata).text
    }

    /// A message that says when it was sent tells the camera's clock; one captured in the future tells that it is
    /// ahead. An old capture alone tells nothing: it may have waited for the network.
    private var clockSkew: Int64? {
        let claimed = draft.sentAt ?? draft.capturedAt.map { max($0, sender.receivedAt) } ?? sender.receivedAt
        let skew = claimed.since(sender.receivedAt)
        return skew > LPREventDraft.toleratedSkew || skew < .zero - LPREventDraft.toleratedSkew
            ? skew.wholeMilliseconds : nil
    }

    /// The first 16 bytes of the SHA-256 over what the sender sent, each field behind its length, so that no two
    /// contents look alike. What changes from one sending to the next (`sent_at`, `passingMetadata`) or is added by us
    /// stays outside: a repeat must match.
    private static func digest(of draft: LPREventDraft, frameDigest: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        func add(_ bytes: some Collection<UInt8>) {
            withUnsafeBytes(of: Int64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil
            {
                hash.update(data: Array(bytes))
            }
        }
        func add(_ text: String?) {
            add((text ?? "\u{0}").utf8)
        }
        add(draft.edgeDeviceID.text)
        add(draft.licensePlate)
        add(draft.province)
        add(draft.confidence.map { "\($0)" })
        add(draft.capturedAt.map { "\($0.microseconds)" })
        add(draft.frameID)
        add(draft.imagePath)
        add(JSONValue.object(draft.metadata).text)
        add(draft.image?.bytes ?? [])
        add(draft.plateImage?.bytes ?? [])
        if !frameDigest.isEmpty { add(frameDigest) }
        return Array(hash.finalize().prefix(16))
    }
}
