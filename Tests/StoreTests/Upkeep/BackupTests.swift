import Domain
import GRDB
import Testing

@testable import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct BackupTests {
    private func eventIDs(_ path: String) throws -> [String] {
        let database = try BackupCheck.open(path)
        defer { try? database.close() }
        return try database.read { try String.fetchAll($0, sql: "SELECT event_id FROM lpr_events ORDER BY id") }
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    @Test func aBackupIsWholeWhileEventsAreWritten() async throws {
        try await withScratchStore { store, clock in
            try await store.insert((0..<500).map { scratchEvent("before-\($0)") })
            let path = try await withThrowingTaskGroup(of: String?.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0..<500 { try await store.insert([scratchEvent("\(writer)-\(number)")]) }
                        return nil
                    }
                }
                group.addTask { try await store.backUp(now: clock.now) }
                var path: String?
                for try await result in group { path = result ?? path }
                return try #require(path)
            }
            #expect(path == store.directory + "/backups/appliance-20261123T010000Z.sqlite")
            let copied = try eventIDs(path)
            let live = try await store.read {
                try String.fetchAll($0, sql: "SELECT event_id FROM lpr_events ORDER BY id")
            }
            #expect(live.count == 2_500)
            // One moment of the database: a beginning of what is there now, and a feed that fits it.
            #expect(copied.count >= 500 && copied == Array(live.prefix(copied.count)))
            let copy = try BackupCheck.open(path)
            let sequence = try await copy.read { try Int.fetchOne($0, sql: "SELECT max(sequence) FROM changes") }
            #expect(sequence == copied.count)
            let autoVacuum = try await copy.read { try Int.fetchOne($0, sql: "PRAGMA auto_vacuum") }
            #expect(autoVacuum == 2)
            try copy.close()
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(fileNames(store.directory + "/backups") == ["appliance-20261123T010000Z.sqlite"])
        }
    }

    @Test func theNewestStayAndStrangersAreLeftAlone() async throws {
        try await withScratchStore { store, clock in
            let directory = store.directory + "/backups"
            #expect(mkdir(directory, 0o700) == 0)
            try write("mine", to: directory + "/notes.sqlite")
            try write("half", to: directory + "/appliance-20200101T000000Z.sqlite.unfinished")
            for number in 0..<5 {
                clock.now = HeldClock.start + .seconds(number)
                _ = try await store.backUp(now: clock.now, keeping: 3)
            }
            #expect(
                fileNames(directory) == [
                    "appliance-20261123T010002Z.sqlite", "appliance-20261123T010003Z.sqlite",
                    "appliance-20261123T010004Z.sqlite", "notes.sqlite",
                ])
            #expect(Backups(directory: store.directory).newest()?.hasSuffix("010004Z.sqlite") == true)
        }
    }

    @Test func aFailedBackupLeavesTheOldOnesAndNoTrace() async throws {
        try await withScratchStore { store, clock in
            _ = try await store.backUp(now: clock.now, keeping: 1)
            // The name is taken by what cannot be replaced.
            let blocked = store.directory + "/backups/appliance-20261123T010001Z.sqlite"
            #expect(mkdir(blocked, 0o700) == 0)
            let error = await #expect(throws: StoreError.self) {
                try await store.backUp(now: clock.now + .seconds(1), keeping: 1)
            }
            #expect(error?.kind == .io)
            #expect(rmdir(blocked) == 0)
            #expect(fileNames(store.directory + "/backups") == ["appliance-20261123T010000Z.sqlite"])
        }
    }

    @Test func oneBackupIsMadeAtATime() async throws {
        try await withScratchStore { store, clock in
            #expect(mkdir(store.directory + "/backups", 0o700) == 0)
            let other = open(store.directory + "/backups", O_RDONLY | O_CLOEXEC)
            #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
            let error = await #expect(throws: StoreError.self) { try await store.backUp(now: clock.now) }
            #expect(error?.kind == .inUse)
            // Closed alone it would stay locked as long as a program that another test starts just now has a copy.
            #expect(flock(other, LOCK_UN) == 0)
            close(other)
            _ = try await store.backUp(now: clock.now)
        }
    }

    @Test func aCancelledBackupLeavesNoTrace() async throws {
        try await withScratchStore { store, clock in
            let now = clock.now
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.backUp(now: now)
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(fileNames(store.directory + "/backups").isEmpty)
        }
    }

    @Test func aRestoredDatabaseTakesThePlaceAndThePresentOneIsKept() async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            let backup = try await withOpenStore(directory, clock) { store in
                try await store.insert([scratchEvent("kept")])
                let backup = try await store.backUp(now: clock.now)
                try await store.insert([scratchEvent("later")])
                // Not while the appliance runs.
                let error = #expect(throws: StoreError.self) {
                    try Backups.restore(backup, into: directory, now: clock.now)
                }
                #expect(error?.kind == .inUse)
                return backup
            }
            let aside = try Backups.restore(backup, into: directory, now: clock.now)
            #expect(aside == directory + "/appliance.sqlite.replaced-20261123T010000Z")
            #expect(try eventIDs(try #require(aside)) == ["kept", "later"])
            let again = try Backups.restore(backup, into: directory, now: clock.now)
            #expect(again == directory + "/appliance.sqlite.replaced-20261123T010000Z-2")
            try await withOpenStore(directory, clock) { store in
                #expect(!store.openingReport.isAfterUncleanStop)
                try await store.insert([scratchEvent("new")])
                #expect(try await store.count("lpr_events") == 2)
            }
        }
    }

    @Test func aRestoreIntoAnEmptyDirectoryNeedsNothingToPutAside() async throws {
        try await withScratchStore { store, clock in
            try await store.insert([scratchEvent("kept")])
            let backup = try await store.backUp(now: clock.now)
            try await withScratchDirectory { directory in
                // A log whose database is gone must not be taken for that of the restored one.
                try DurableFile.copy(store.directory + "/appliance.sqlite-wal", to: directory + "/appliance.sqlite-wal")
                let aside = try Backups.restore(backup, into: directory, now: clock.now)
                #expect(aside == nil)
                #expect(!fileNames(directory).contains("appliance.sqlite-wal"))
                #expect(try eventIDs(directory + "/appliance.sqlite") == ["kept"])
            }
        }
    }

    @Test func theLogOfAKilledApplianceGoesWithWhatIsPutAside() async throws {
        try await withScratchStore { store, clock in
            try await store.insert([scratchEvent("kept")])
            let backup = try await store.backUp(now: clock.now)
            try await store.insert([scratchEvent("in-the-log")])
            // What a power cut leaves: the database, its log, and the mark of a running appliance.
            try await withScratchDirectory { directory in
                for name in ["appliance.sqlite", "appliance.sqlite-wal"] {
                    try DurableFile.copy(store.directory + "/" + name, to: directory + "/" + name)
                }
                try write("", to: directory + "/appliance.running")
                let aside = try #require(try Backups.restore(backup, into: directory, now: clock.now))
                #expect(try eventIDs(aside) == ["kept", "in-the-log"])
                #expect(try eventIDs(directory + "/appliance.sqlite") == ["kept"])
                #expect(!fileNames(directory).contains("appliance.running"))
            }
        }
    }

    @Test func aDamagedDatabaseAndItsLogArePutAsideAsTheyAre() async throws {
        try await withScratchStore { store, clock in
            try await store.insert([scratchEvent("kept")])
            let backup = try await store.backUp(now: clock.now)
            try await withScratchDirectory { directory in
                try write(String(repeating: "damaged ", count: 2_000), to: directory + "/appliance.sqlite")
                try write("damaged as well", to: directory + "/appliance.sqlite-wal")
                let aside = try #require(try Backups.restore(backup, into: directory, now: clock.now))
                #expect(try eventIDs(directory + "/appliance.sqlite") == ["kept"])
                for (name, size) in [(aside, 16_000), (aside + "-wal", 15)] {
                    var status = stat()
                    #expect(stat(name, &status) == 0 && Int(status.st_size) == size)
                }
            }
        }
    }

    /// What the file holds instead of a backup; nil when it is not there.
    static let wrong: [(String?, StoreError.Kind)] = [
        (nil, .io), ("this is no database, but it is long enough to be looked at as one", .corrupt), ("", .corrupt),
    ]

    @Test(arguments: wrong)
    func aWrongBackupTouchesNothing(_ content: String?, _ kind: StoreError.Kind) async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            try await withOpenStore(directory, clock) { store in try await store.insert([scratchEvent("kept")]) }
            let path = directory + "/wrong.sqlite"
            if let content { try write(content, to: path) }
            // The mark of an unclean stop must outlive the failure.
            try write("", to: directory + "/appliance.running")
            let before = fileNames(directory)
            let error = #expect(throws: StoreError.self) {
                try Backups.restore(path, into: directory, now: clock.now)
            }
            #expect(error?.kind == kind)
            #expect(fileNames(directory) == before)
            #expect(try eventIDs(directory + "/appliance.sqlite") == ["kept"])
        }
    }

    @Test(arguments: 1...12)
    func aDamagedBackupIsNeverAccepted(_ page: Int) async throws {
        try await withScratchStore { store, clock in
            try await store.insert((0..<300).map { scratchEvent("e\($0)", plate: "KEY\($0)") })
            let backup = try await store.backUp(now: clock.now)
            // A page of which nothing is right.
            let file = try #require(fopen(backup, "r+"))
            fseek(file, 4_096 * page, SEEK_SET)
            fputs(String(repeating: "\u{7F}", count: 4_096), file)
            fclose(file)
            try await withScratchDirectory { directory in
                let error = #expect(throws: StoreError.self) {
                    try Backups.restore(backup, into: directory, now: clock.now)
                }
                #expect(error?.kind == .corrupt)
                #expect(!fileNames(directory).contains("appliance.sqlite"))
            }
        }
    }

    @Test(arguments: [
        (0, "19700101T000000Z"), (1_795_395_600, "20261123T010000Z"), (1_795_395_661, "20261123T010101Z"),
    ])
    func namesSortByTime(_ seconds: Int64, _ stamp: String) {
        #expect(BackupName.stamp(Instant(seconds: seconds)) == stamp)
    }
}
