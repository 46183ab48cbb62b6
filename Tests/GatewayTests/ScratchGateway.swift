import Dialects
import Domain
import Gateway
import Logging
import Media
import Store
import TestSupport
import Testing

/// An intake over a real store and real pictures, in a directory that is gone after the test.
struct ScratchGateway {
    static let now = Instant(seconds: 1_795_395_600)

    let folder: ScratchFolder
    let store: Store
    let pictures: PictureStore
    let devices = DeviceGate()
    let statistics = CommunicationStatistics()
    let intake: Intake
    let book: StorageBook
    let space: SpaceGate

    /// - Parameters:
    ///   - replicated: which pictures a central database gets; nil without one.
    ///   - now: the store's clock.
    init(
        reserve: Int64 = 0, quota: StorageQuota? = nil, folder given: ScratchFolder? = nil,
        replicating replicated: ReplicatedPictures? = nil,
        now: @escaping @Sendable () -> Instant = { Self.now }
    ) throws {
        folder = try given ?? ScratchFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        store = try Store(
            Store.Configuration(
                directory: folder.path, isReplicated: replicated != nil, replicatedPictures: replicated ?? .none,
                clock: WallClock { now() }),
            logger: logger)
        pictures = try PictureStore(
            directory: folder.path + "/images", temporaryDirectory: folder.path + "/tmp", logger: logger)
        book = StorageBook(directory: folder.path, pictures: pictures, freshness: .zero)
        space = SpaceGate(
            directory: folder.path, quota: quota ?? StorageQuota(reserve: reserve), book: quota == nil ? nil : book)
        intake = Intake(
            store: store, pictures: pictures, space: space,
            devices: devices, statistics: statistics, siteID: "site-1", logger: logger)
    }

    func sender(device: String? = "gate-1") -> Sender {
        Sender(
            protocol: .http, address: "192.0.2.7", device: device.flatMap { DeviceID($0) },
            isFromTrustedNetwork: false, receivedAt: Self.now, startedAt: ContinuousClock().now, byteCount: 100)
    }

    func draft(_ id: String?, plate: String? = "1กก 1234", picture: [UInt8]? = nil) throws -> LPREventDraft {
        LPREventDraft(
            eventID: id.flatMap { EventID($0) }, edgeDeviceID: try #require(DeviceID("gate-1")), licensePlate: plate,
            image: picture.map { PictureBytes($0) })
    }

    /// Every file below images/.
    var pictureFiles: [String] { Self.files(below: folder.path + "/images") }

    private static func files(below path: String) -> [String] {
        ScratchFolder.names(in: path).flatMap { name -> [String] in
            let inside = files(below: path + "/" + name)
            return inside.isEmpty && name.contains(".") ? [path + "/" + name] : inside
        }
    }

    /// A PNG of one pixel: signature, IHDR, IDAT, IEND.
    static let onePixel: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
        6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 13, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0, 1, 0, 0, 5, 0, 1,
        0x0D, 0x0A, 0x2D, 0xB4, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
}
