import Dialects
import Domain
import GRDB
import Gateway
import Logging
import Media
import Store
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An intake that files come to, with a clock that is set by hand.
final class FileBench: Sendable {
    static let start = Instant(seconds: 1_795_395_600)

    let folder: ScratchFolder
    let store: Store
    let pictures: PictureStore
    let statistics = CommunicationStatistics()
    let devices = DeviceGate()
    let bus = EventBus()
    let intake: Intake
    let heard = Mutex<[BusMessage]>([])

    init(rules: FileRules = FileRules(), window: Duration = .seconds(86_400), reserve: Int64 = 0) throws {
        folder = try ScratchFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let held = HeldTime(FileBench.start)
        time = held
        let bus = bus
        store = try Store(
            Store.Configuration(
                directory: folder.path, joinWindow: window, clock: WallClock { held.now }),
            logger: logger, observer: bus.publish)
        pictures = try PictureStore(
            directory: folder.path + "/images", temporaryDirectory: folder.path + "/tmp", logger: logger)
        intake = Intake(
            store: store, pictures: pictures, space: SpaceGate(directory: folder.path, reserve: reserve),
            devices: devices, statistics: statistics, siteID: "site-1", logger: logger, bus: bus, fileRules: rules)
        bus.listen { [weak self] messages in self?.heard.withLock { $0 += messages } }
    }

    let time: HeldTime

    final class HeldTime: Sendable {
        private let instant: Mutex<Instant>
        init(_ instant: Instant) { self.instant = Mutex(instant) }
        var now: Instant {
            get { instant.withLock { $0 } }
            set { instant.withLock { $0 = newValue } }
        }
    }

    func sender(_ device: String? = "gate-1", _ protocol: SourceProtocol = .sftp) -> Sender {
        Sender(
            protocol: `protocol`, address: "192.0.2.7", device: device.flatMap { DeviceID($0) },
            isFromTrustedNetwork: false, receivedAt: time.now, startedAt: ContinuousClock().now, byteCount: 100)
    }

    /// Sends files, each from a descriptor of its own, and closes them afterwards.
    func send(
        _ files: [(path: String, bytes: [UInt8])], from device: String = "gate-1", _ protocol: SourceProtocol = .sftp
    ) async throws -> [Result<FileVerdict, IntakeError>] {
        var arrived: [ArrivedFile] = []
        defer { for file in arrived { close(file.descriptor) } }
        for (index, file) in files.enumerated() {
            let path = folder.path + "/incoming-\(device)-\(index)-\(UInt32.random(in: 0...UInt32.max))"
            let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o640)
            try #require(descriptor >= 0)
            #expect(file.bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == file.bytes.count)
            arrived.append(
                ArrivedFile(
                    device: try #require(DeviceID(device)), path: file.path, descriptor: descriptor,
                    size: Int64(file.bytes.count), modifiedAt: time.now - .seconds(5)))
        }
        return await intake.take(arrived, from: sender(device, `protocol`))
    }

    func send(
        _ path: String, _ bytes: [UInt8] = FileBench.picture(0), from device: String = "gate-1"
    ) async throws -> String {
        Self.word(try #require(try await send([(path, bytes)], from: device).first))
    }

    @discardableResult
    func event(
        _ id: String, path: String? = nil, device: String = "gate-1", frame: String? = nil, at: Instant? = nil,
        picture: [UInt8]? = nil
    ) async throws -> LPREvent {
        let draft = LPREventDraft(
            eventID: EventID(id), edgeDeviceID: try #require(DeviceID(device)), licensePlate: "1กก 1234",
            capturedAt: at ?? time.now, frameID: frame, imagePath: path, image: picture.map { PictureBytes($0) })
        return try await intake.accept(draft, from: sender(device, .http), payload: []).event
    }

    func received(_ path: String, from device: String = "gate-1") async throws -> ReceivedFile? {
        let device = try #require(DeviceID(device))
        return try await intake.receivedFile(device: device, path: path)
    }

    /// The picture of an event, as the store has it.
    func picture(of id: String) async throws -> String? { try await store.event(id)?.imagePath }

    func text(_ sql: String) async throws -> [String?] {
        try await store.read { try Optional<String>.fetchAll($0, sql: sql) }
    }

    var pictureFiles: [String] { Self.files(below: folder.path + "/images") }

    private static func files(below path: String) -> [String] {
        ScratchFolder.names(in: path).flatMap { name -> [String] in
            let inside = files(below: path + "/" + name)
            return inside.isEmpty && name.contains(".") ? [path + "/" + name] : inside
        }
    }

    /// A PNG of one pixel, with something behind its end that makes it another picture.
    static func picture(_ number: UInt8) -> [UInt8] { ScratchGateway.onePixel + [number] }

    static func word(_ result: Result<FileVerdict, IntakeError>) -> String {
        switch result {
        case .success(.joined(let ids)): "joined " + ids.joined(separator: ",")
        case .success(.unclaimed): "unclaimed"
        case .success(.event(.created(let event))): "created " + event.eventID
        case .success(.event(.duplicate(let event))): "duplicate " + event.eventID
        case .success(.event(.conflict(let event))): "conflict " + event.eventID
        case .success(.other): "other"
        case .failure(let error): "\(error.kind): \(error.reason)"
        }
    }

    /// No file on disk without a row that names it, and no row that names a file that is gone.
    func expectNoOrphans(_ location: SourceLocation = #_sourceLocation) async throws {
        let named = try await text(
            """
            SELECT image_path FROM lpr_events WHERE image_path IS NOT NULL
            UNION SELECT picture_path FROM received_files WHERE picture_path IS NOT NULL
            """
        ).compactMap { $0 }
        let root = folder.path + "/images/"
        #expect(
            Set(pictureFiles.map { String($0.dropFirst(root.count)) }) == Set(named), sourceLocation: location)
    }
}
