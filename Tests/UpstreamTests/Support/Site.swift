import Domain
import Logging
import Store
import Synchronization
import TestSupport
import Upstream

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A box of a test: its database, its pictures in memory, and a replicator that follows a centre.
final class Site: Sendable {
    let store: Store
    let pictures: HeldPictures
    let centre: Centre
    private let folder: ScratchFolder
    private let choice: ReplicatedPictures
    private let running = Mutex<(replicator: Replicator, task: Task<Void, Never>)?>(nil)

    init(
        _ centre: Centre, _ choice: ReplicatedPictures, pictures: HeldPictures = HeldPictures()
    ) throws {
        folder = try ScratchFolder()
        store = try Store(
            Store.Configuration(
                directory: folder.path, joinWindow: .seconds(100 * 86_400), isReplicated: true,
                replicatedPictures: choice, clock: Self.clock),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        self.centre = centre
        self.choice = choice
        self.pictures = pictures
    }

    private static let clock = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    var replicator: Replicator? { running.withLock { $0?.replicator } }
    var status: UpstreamStatus { replicator?.status ?? UpstreamStatus() }

    func start(_ change: (inout ReplicatorSettings) -> Void = { _ in }) throws {
        var settings = ReplicatorSettings(try centre.settings(), siteID: "gate", version: "1")
        settings.batchInterval = .milliseconds(20)
        settings.firstPause = .milliseconds(50)
        settings.longestPause = .milliseconds(200)
        settings.pictures.choice = choice
        settings.pictures.idlePause = .milliseconds(20)
        change(&settings)
        let replicator = Replicator(
            settings, store: store, pictures: pictures,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let task = Task { await replicator.run() }
        running.withLock { $0 = (replicator, task) }
    }

    func stop() async {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        ended?.replicator.stop()
        await ended?.task.value
    }

    /// Stores events; those of `pictured` with a picture, a plate and a thumbnail.
    func insert(_ ids: [String], pictured: Bool = true) async throws {
        for id in ids { if pictured { pictures.make(id) } }
        try await store.write { context in
            for id in ids {
                var event = LPREvent.sample(id)
                if pictured {
                    event.imagePath = "\(id).jpg"
                    event.plateImagePath = "\(id).plate.jpg"
                    event.thumbnailPath = "\(id).thumb.jpg"
                    event.imageSHA256 = Array(repeating: 1, count: 32)
                }
                _ = try context.insert(event)
            }
        }
    }

    /// The picture of an event that is there.
    func join(_ id: String) async throws {
        pictures.make(id)
        try await store.write { context in
            var file = IncomingFile(
                deviceID: "cam-1", path: "\(id).jpg", size: 3, sha256: Array(repeating: 1, count: 32), kind: .picture,
                sourceProtocol: .sftp, modifiedAt: context.now)
            file.eventKey = id
            file.picturePath = "\(id).jpg"
            file.thumbnailPath = "\(id).thumb.jpg"
            file.pictureBytes = 3
            _ = try context.receive(file)
        }
    }

    /// `EVENT KIND`, one a line, as the centre has them.
    func sent() async throws -> [String] {
        let centre = centre
        let text = try await blocking {
            try centre.psql("SELECT event_id || ' ' || kind FROM lpr.event_pictures ORDER BY event_id, kind")
        }
        return text.split(separator: "\n").map(String.init)
    }

    /// Waits until all rows are passed and the mark says so.
    func awaitEnd() async throws {
        try await until("pictures are behind") { [self] in
            let newest = try await store.read { try BackfillPage.newestRow($0) }
            let change = try await store.read { try FeedPage.newestSequence($0) }
            return store.confirmed.pictureRow == newest && store.confirmed.pictureSequence == change
                && status.picturesWaiting == 0
        }
    }
}

/// Pictures in memory.
final class HeldPictures: PictureSource {
    let isEncrypted: Bool
    private let held = Mutex<[String: [UInt8]]>([:])
    private let look = Mutex<(@Sendable (String) async -> Void)?>(nil)

    init(isEncrypted: Bool = false) { self.isEncrypted = isEncrypted }

    /// Runs before each picture is given out.
    func before(_ look: @escaping @Sendable (String) async -> Void) { self.look.withLock { $0 = look } }

    func make(_ id: String) {
        for suffix in ["jpg", "plate.jpg", "thumb.jpg"] { put(Array("\(id).\(suffix)".utf8), at: "\(id).\(suffix)") }
    }

    func put(_ bytes: [UInt8]?, at path: String) { held.withLock { $0[path] = bytes } }

    func picture(at path: String, limit: Int) async throws -> FoundPicture {
        await look.withLock { $0 }?(path)
        guard let bytes = held.withLock({ $0[path] }) else { return .unavailable("it is lost") }
        return bytes.count <= limit ? .bytes(bytes, mediaType: "image/jpeg") : .unavailable("it is too large")
    }
}

struct NeverTrue: Error, CustomStringConvertible {
    let description: String
}

/// Looks again and again.
func until(_ what: String, _ look: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while try await !look() {
        guard ContinuousClock.now < end else { throw NeverTrue(description: what) }
        try await Task.sleep(for: .milliseconds(20))
    }
}
