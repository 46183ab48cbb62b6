public import Domain
public import Gateway
import Logging
public import Media

/// Hands uploads to the one intake of the box.
public struct IntakeDesk: UploadDesk {
    private let intake: Intake
    private let pictures: PictureStore
    private let gate: SpaceGate

    public init(intake: Intake, pictures: PictureStore, space: SpaceGate) {
        self.intake = intake
        self.pictures = pictures
        gate = space
    }

    public func take(_ uploads: [Upload], from peer: UploadPeer) async -> [UploadVerdict] {
        let sender = Sender(
            protocol: peer.protocol, address: peer.address, device: peer.device, isFromTrustedNetwork: false,
            receivedAt: intake.now, startedAt: peer.startedAt,
            byteCount: Int(clamping: uploads.reduce(0) { $0 + $1.size }))
        return await Upload.withDescriptors(of: uploads) { descriptors in
            let files = zip(uploads, descriptors).map { upload, descriptor in
                ArrivedFile(
                    device: upload.device, path: upload.path, descriptor: descriptor, size: upload.size,
                    modifiedAt: upload.modifiedAt)
            }
            return await intake.take(files, from: sender).map(UploadVerdict.init)
        }
    }

    public func takenFile(device: DeviceID, path: String) async throws -> TakenFile? {
        guard let received = try await intake.receivedFile(device: device, path: path) else { return nil }
        let file = try await pictures.open(received.picturePath)
        return TakenFile(size: file.size) { try await file.read($0) }
    }

    public var refusesPictures: Bool { gate.isFull || gate.refusesPictures }

    public var space: (total: Int64, available: Int64)? {
        gate.pictureSpace().map { ($0.total, $0.available) }
    }
}

extension UploadVerdict {
    init(_ result: Result<FileVerdict, IntakeError>) {
        switch result {
        case .success(.event(.conflict(let there))):
            self = .refused(reason: "event \(there.eventID) is stored already, with other content")
        case .success(.joined), .success(.unclaimed), .success(.event): self = .taken
        case .success(.other): self = .stays
        case .failure(let error):
            self = error.isTemporary ? .notNow(reason: error.reason) : .refused(reason: error.reason)
        }
    }
}
