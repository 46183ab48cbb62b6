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

/// An intake with a quota.
struct ScratchKeeper {
    let gateway: ScratchGateway
    let keeper: StorageKeeper
    let upkeep: UpkeepTurn

    init(
        limit: StorageQuota.Limit = .bytes(1 << 40), deletesKept: Bool = false, upkeep: Upkeep.Limits = Upkeep.Limits(),
        unclaimed: (any RemovableFiles)? = nil, folder: ScratchFolder? = nil,
        replicating replicated: ReplicatedPictures? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        now: @escaping @Sendable () -> Instant = { ScratchGateway.now }
    ) throws {
        gateway = try ScratchGateway(
            quota: StorageQuota(limit: limit, deletesKept: deletesKept), folder: folder,
            replicating: replicated, now: now)
        self.upkeep = UpkeepTurn(gateway.intake, limits: upkeep)
        keeper = StorageKeeper(
            intake: gateway.intake, space: gateway.space, book: gateway.book,
            upkeep: self.upkeep, unclaimed: unclaimed,
            logger: logger)
    }

    /// An event with a picture of its own, a thumbnail beside it.
    func add(_ id: String, plate: Bool = false, size: Int = 18_000) async throws {
        var draft = try gateway.draft(id, picture: Self.picture(id, size: size))
        if plate { draft.plateImage = PictureBytes(ScratchGateway.onePixel) }
        var sender = gateway.sender()
        sender.receivedAt = gateway.store.clock.now()
        _ = try await gateway.intake.accept(draft, from: sender, payload: [])
        // A PNG has none; what stands for it lies beside it.
        guard let path = try await event(id)?.imagePath else { return }
        let thumbnail = path.replacing(".png", with: ".thumb.jpg")
        try writeFile([UInt8](repeating: 1, count: 5_000), to: file(thumbnail))
        try await gateway.store.write { context in
            try context.database.execute(
                sql: "UPDATE lpr_events SET thumbnail_path = ? WHERE event_id = ?", arguments: [thumbnail, id])
        }
    }

    /// A sound picture that differs from every other; it takes five blocks.
    static func picture(_ id: String, size: Int = 18_000) -> [UInt8] {
        ScratchGateway.onePixel + Array(repeating: Array(id.utf8), count: size / max(1, id.utf8.count)).joined()
    }

    func event(_ id: String) async throws -> LPREvent? { try await gateway.store.event(id) }

    func keep(_ id: String, _ isKept: Bool = true) async throws {
        _ = try await gateway.store.write {
            try $0.correct(eventID: id, EventCorrection(isKept: isKept), by: "somchai")
        }
    }

    func file(_ path: String) -> String { gateway.folder.path + "/images/" + path }

    /// Sweeps until as many bytes have gone.
    @discardableResult
    func sweep(_ bytes: Int64) async throws -> SweepRecord {
        try await keeper.count(byDevice: true)
        return await keeper.sweep(.manual, until: gateway.book.used() - bytes)
    }

    /// Ids of events that still have their full picture.
    func withPicture() async throws -> [String] {
        try await gateway.store.read {
            try String.fetchAll($0, sql: "SELECT event_id FROM lpr_events WHERE image_path IS NOT NULL ORDER BY id")
        }
    }

    /// Every path that a row names has its file, and nothing else lies there.
    func expectRowsAndFilesAgree() async throws {
        let named = try await gateway.store.read { database in
            try Row.fetchAll(database, sql: "SELECT image_path, thumbnail_path, plate_image_path FROM lpr_events")
                .flatMap { row in (0..<3).compactMap { row[$0] as String? } }
        }
        #expect(Set(named.map(file)) == Set(gateway.pictureFiles))
    }
}

func writeFile(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
}
