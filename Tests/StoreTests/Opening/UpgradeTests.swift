import Domain
import GRDB
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A database of an earlier version is copied before it is migrated, and one of a later version stays shut.
@Suite("Upgrade of the database")
struct UpgradeTests {
    private final class Steps: Sendable {
        private let steps = Mutex<[OpeningStep]>([])
        var all: [OpeningStep] { steps.withLock { $0 } }

        func note(_ step: OpeningStep) { steps.withLock { $0.append(step) } }
    }

    private static let databases =
        #filePath.split(separator: "/").dropLast()
        .reduce(into: "") { $0 += "/" + $1 } + "/Databases/"

    private func open(
        _ directory: String, copies: Bool = true, at now: Instant = HeldClock.start, _ steps: Steps = Steps()
    ) throws -> Store {
        try Store(
            Store.Configuration(directory: directory, copiesBeforeMigration: copies, clock: WallClock { now }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, progress: steps.note)
    }

    private func put(_ schema: String, in directory: String) throws {
        let target = directory + "/appliance.sqlite"
        for suffix in ["", "-wal", "-shm"] { unlink(target + suffix) }
        try DurableFile.copy(Self.databases + schema + ".sqlite", to: target)
    }

    private func state(_ path: String) throws -> Schema.State {
        let database = try BackupCheck.open(path)
        defer { try? database.close() }
        return try database.read { try Schema.state($0) }
    }

    private func events(_ path: String) throws -> Int? {
        let database = try BackupCheck.open(path)
        defer { try? database.close() }
        return try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM lpr_events") }
    }

    @Test(arguments: [("001", 3), ("002", 6), ("004", 4)])
    func anEarlierOneIsCopiedFirst(schema: String, events: Int) async throws {
        try await withScratchDirectory { directory in
            try put(schema, in: directory)
            let steps = Steps()
            let store = try open(directory, steps)
            #expect(steps.all == [.copying, .migrating])
            #expect(try await store.count("lpr_events") == events)
            try await store.insert([scratchEvent("new")])
            let copy = directory + "/backups/appliance-20261123T010000Z-schema-\(schema).sqlite"
            #expect(fileNames(directory + "/backups") == ["appliance-20261123T010000Z-schema-\(schema).sqlite"])
            var status = stat()
            #expect(stat(copy, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(try state(copy) == .older(schema: schema))
            #expect(try self.events(copy) == events)
            try await store.close()
            #expect(try state(directory + "/appliance.sqlite") == .current)

            // Once.
            let again = Steps()
            try await open(directory, at: HeldClock.start + .seconds(60), again).close()
            #expect(again.all.isEmpty && fileNames(directory + "/backups").count == 1)

            // The way back to the version before, and the way forward again.
            try Backups.restore(copy, into: directory, now: HeldClock.start)
            #expect(try state(directory + "/appliance.sqlite") == .older(schema: schema))
            let restored = try open(directory, at: HeldClock.start + .seconds(60))
            #expect(try await restored.count("lpr_events") == events)
            try await restored.close()
            #expect(fileNames(directory + "/backups").count == 2)
        }
    }

    @Test func whatIsNewOrOfThisVersionIsNotCopied() async throws {
        try await withScratchDirectory { directory in
            let steps = Steps()
            try await open(directory, steps).close()
            #expect(steps.all.isEmpty)
            try put("005", in: directory)
            let store = try open(directory, steps)
            #expect(try await store.count("lpr_events") == 4)
            try await store.close()
            #expect(steps.all.isEmpty && fileNames(directory + "/backups").isEmpty)
        }
    }

    @Test func theCopyCanBeDoneWithout() async throws {
        try await withScratchDirectory { directory in
            try put("004", in: directory)
            let steps = Steps()
            try await open(directory, copies: false, steps).close()
            #expect(steps.all == [.migrating] && fileNames(directory + "/backups").isEmpty)
            #expect(try state(directory + "/appliance.sqlite") == .current)
        }
    }

    @Test func withoutTheCopyNothingIsMigrated() async throws {
        try await withScratchDirectory { directory in
            try put("004", in: directory)
            // Where the copies belong lies something else.
            close(creat(directory + "/backups", 0o600))
            let error = #expect(throws: StoreError.self) { try open(directory) }
            #expect(error?.kind == .io)
            #expect(try state(directory + "/appliance.sqlite") == .older(schema: "004"))
            #expect(unlink(directory + "/backups") == 0)
            try await open(directory).close()
        }
    }

    @Test func newerBackupsDoNotPushTheCopyOut() async throws {
        try await withScratchDirectory { directory in
            var copies: [String] = []
            for (number, schema) in ["001", "002", "004"].enumerated() {
                try put(schema, in: directory)
                try await open(directory, at: HeldClock.start + .seconds(number)).close()
                copies.append("appliance-20261123T01000\(number)Z-schema-\(schema).sqlite")
            }
            let store = try open(directory)
            for number in 10..<14 {
                _ = try await store.backUp(now: HeldClock.start + .seconds(number), keeping: 2)
            }
            try await store.close()
            #expect(
                fileNames(directory + "/backups")
                    == copies.suffix(2) + ["appliance-20261123T010012Z.sqlite", "appliance-20261123T010013Z.sqlite"])
            #expect(Backups(directory: directory).newest()?.hasSuffix("010013Z.sqlite") == true)
        }
    }

    /// Copies that lie in `backups/`, and the one that the refusal names.
    static let waysBack: [([String], String?)] = [
        ([], nil), (["appliance-20260101T000000Z.sqlite"], nil),
        (["appliance-20260101T000000Z-schema-005.sqlite", "appliance-20260201T000000Z.sqlite"], "schema-005"),
        (
            ["appliance-20260101T000000Z-schema-005.sqlite", "appliance-20260201T000000Z-schema-006.sqlite"],
            "schema-005"
        ),
        (["appliance-20260101T000000Z-schema-006.sqlite"], nil),
    ]

    @Test(arguments: waysBack)
    func oneOfALaterVersionStaysShut(copies: [String], named: String?) async throws {
        try await withScratchDirectory { directory in
            let store = try open(directory)
            try await store.insert([scratchEvent("kept")])
            try await store.execute("INSERT INTO grdb_migrations VALUES ('007'), ('006')")
            try await store.close()
            mkdir(directory + "/backups", 0o700)
            for copy in copies { close(creat("\(directory)/backups/\(copy)", 0o600)) }
            let error = try #require(#expect(throws: StoreError.self) { try open(directory) })
            #expect(error.kind == .wrongSchema)
            #expect(error.detail.contains("schema 007, this one knows 005"))
            #expect(error.detail.contains("install that version again"))
            if let named {
                #expect(error.detail.contains("restore \(directory)/backups/"))
                #expect(error.detail.hasSuffix("\(named).sqlite"), "\(error)")
            } else {
                #expect(error.detail.hasSuffix("a backup from before the upgrade"), "\(error)")
            }
            #expect(try events(directory + "/appliance.sqlite") == 1)
        }
    }

    @Test func aBackupOfALaterVersionIsNotRestored() async throws {
        try await withScratchDirectory { directory in
            let store = try open(directory)
            let backup = try await store.backUp(now: HeldClock.start)
            try await store.close()
            let database = try DatabaseQueue(path: backup)
            try await database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('006')") }
            try database.close()
            let before = fileNames(directory)
            let error = #expect(throws: StoreError.self) {
                try Backups.restore(backup, into: directory, now: HeldClock.start)
            }
            #expect(error?.kind == .wrongSchema)
            #expect(fileNames(directory) == before)
        }
    }

    @Test func aMigrationThatFailsIsUndoneAndSaysWhereTheCopyIs() async throws {
        try await withScratchDirectory { directory in
            try put("004", in: directory)
            let database = try DatabaseQueue(path: directory + "/appliance.sqlite")
            // What the last statement but one of the migration meets.
            try await database.write { try $0.execute(sql: "ALTER TABLE lpr_events ADD COLUMN image_bytes INTEGER") }
            try database.close()
            let error = try #require(#expect(throws: StoreError.self) { try open(directory) })
            #expect(error.kind == .wrongSchema)
            let copy = directory + "/backups/appliance-20261123T010000Z-schema-004.sqlite"
            #expect(error.detail.contains("restore \(copy)"), "\(error)")
            #expect(try events(copy) == 4)
            #expect(try state(directory + "/appliance.sqlite") == .older(schema: "004"))
            let left = try BackupCheck.open(directory + "/appliance.sqlite")
            #expect(try await left.read { try !$0.tableExists("upstream_parked") })
            try left.close()
        }
    }

    @Test(arguments: [
        ("/b/appliance-20261123T010000Z-schema-004.sqlite", "004"), ("/b/appliance-20261123T010000Z.sqlite", nil),
        ("/b-schema-004/appliance-20261123T010000Z.sqlite", nil), ("appliance-20261123T010000Z-schema-04.sqlite", nil),
        ("appliance-20261123T010000Z-schema-0x4.sqlite", nil), ("appliance-schema-004.sqlite.unfinished", nil),
    ])
    func theNameTellsTheSchema(path: String, schema: String?) {
        #expect(BackupName.schema(ofFile: path) == schema)
    }
}
