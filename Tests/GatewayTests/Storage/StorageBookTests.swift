import Dialects
import Domain
import GRDB
import Gateway
import Media
import Store
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What is counted, and that a walk finds the same.
@Suite struct StorageBookTests {
    @Test("What is counted at each change is what a walk finds")
    func countsAgree() async throws {
        let scratch = try ScratchKeeper()
        try await scratch.keeper.count(byDevice: true)
        for number in 1...5 {
            _ = try await scratch.gateway.intake.accept(
                try scratch.gateway.draft("e\(number)", picture: ScratchKeeper.picture("e\(number)")),
                from: scratch.gateway.sender(), payload: [])
        }
        _ = try await scratch.gateway.intake.delete(eventID: "e1", by: "admin")
        let counted = scratch.gateway.pictures.counts.amounts
        #expect(counted[.pictures] == StorageAmount(files: 4, bytes: 4 * 20_480))
        try await scratch.gateway.book.persist(to: scratch.gateway.store)
        let use = try await scratch.gateway.store.read { try StorageUse.read($0) }.amounts
        #expect(
            use == [StorageUse.Key(deviceID: "gate-1", storageClass: .pictures): StorageAmount(files: 4, bytes: 81_920)]
        )

        try await scratch.keeper.count(byDevice: true)
        #expect(scratch.gateway.pictures.counts.amounts == counted)
        #expect(try await scratch.gateway.store.read { try StorageUse.read($0) }.amounts == use)
    }

    @Test("Sparse files take what was written, a file with two names is counted once, links are not followed")
    func strangeFiles() async throws {
        let scratch = try ScratchKeeper()
        let incoming = scratch.gateway.folder.path + "/incoming"
        #expect(mkdir(incoming, 0o700) == 0 && mkdir(incoming + "/gate-1", 0o700) == 0)
        let sparse = open(incoming + "/gate-1/big", O_CREAT | O_WRONLY, 0o600)
        #expect(ftruncate(sparse, 1 << 30) == 0)
        close(sparse)
        try writeFile([UInt8](repeating: 1, count: 8_192), to: incoming + "/gate-1/a")
        #expect(link(incoming + "/gate-1/a", incoming + "/gate-1/b") == 0)
        #expect(symlink("/usr", incoming + "/gate-1/usr") == 0)
        try await scratch.keeper.countOthers()
        let amount = try #require(scratch.gateway.book.amounts()[.incoming])
        #expect(amount.bytes == 8_192 && amount.files == 3)
        #expect(scratch.gateway.book.amounts()[.database]?.bytes ?? 0 > 0)
    }

    @Test("A walk that is stopped leaves what was known")
    func stopped() async throws {
        let scratch = try ScratchKeeper()
        for number in 0..<1_100 {
            try writeFile([1], to: scratch.gateway.folder.path + "/images/x\(number).jpg")
        }
        try await scratch.gateway.pictures.count { true }
        #expect(!scratch.gateway.book.isCounted)
        try await scratch.gateway.pictures.count()
        #expect(scratch.gateway.pictures.counts.amounts[.pictures]?.files == 1_100)
    }

    @Test("The forecast leaves out what sweeps took")
    func growth() {
        let start = Instant(seconds: 1_795_392_000)
        func hour(_ number: Int64, _ used: Int64, _ removed: Int64) -> StorageHistory {
            StorageHistory(hour: start + .seconds(3_600 * number), used: used, removed: removed)
        }
        #expect(StorageHistory.growthPerDay([hour(0, 100, 0), hour(5, 200, 0)]) == nil)
        #expect(StorageHistory.growthPerDay([hour(0, 100, 0), hour(12, 200, 0)]) == 200)
        #expect(StorageHistory.growthPerDay([hour(0, 100, 50), hour(6, 40, 110), hour(24, 100, 0)]) == 110)
    }

    @Test func marks() {
        let disk = DiskSpace(total: 1_000_000, available: 400_000)
        let share = StorageQuota(limit: .share(percent: 50), reserve: 10_000).marks(disk: disk, used: 300_000)
        #expect(share.limit == 500_000 && share.high == 475_000 && share.low == 450_000 && !share.isByDisk)
        // Others have filled the disk.
        let crowded = DiskSpace(total: 1_000_000, available: 15_000)
        let byDisk = StorageQuota(limit: .share(percent: 50), reserve: 10_000).marks(disk: crowded, used: 300_000)
        #expect(byDisk.limit == 300_000 && byDisk.isByDisk && byDisk.high == 285_000 && byDisk.low == 270_000)
        // On a large disk not a twentieth of everything goes because others have filled it.
        let large = DiskSpace(total: 2 << 40, available: 2 << 30)
        let few = StorageQuota(limit: .share(percent: 80), reserve: 500 << 20).marks(disk: large, used: 1 << 40)
        #expect(few.isByDisk && few.limit - few.low == 1_000 << 20)
        #expect(!StorageQuota(reserve: 10_000).marks(disk: disk, used: 0).sweeps)
        let endless = DiskSpace(total: .max, available: .max)
        #expect(StorageQuota(limit: .share(percent: 100), reserve: .max).marks(disk: endless, used: .max).limit > 0)
    }
}
