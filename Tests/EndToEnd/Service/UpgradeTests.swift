import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A new version on the data of an earlier one, and an earlier one on the data of a later one.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct UpgradeTests {
    private static func put(_ schema: String, in directory: String) throws -> [UInt8] {
        let file = Place.package + "/Tests/StoreTests/Opening/Databases/\(schema).sqlite"
        let bytes = try #require(contents(of: file), "there is no \(file)")
        guard mkdir(directory, 0o750) == 0 || errno == EEXIST else { throw TestFailure.system("mkdir \(directory)") }
        try writeFile(bytes, to: directory + "/appliance.sqlite")
        return bytes
    }

    /// Runs SQL on a stopped database.
    private static func sqlite(_ path: String, _ sql: String, prefix: [String] = []) async throws -> String {
        let result = try await Program.run(prefix + ["sqlite3", path, sql])
        guard result.ending == .exited(0) else { throw TestFailure("sqlite3: \(result.errors)") }
        return result.line
    }

    private static let schema = "SELECT max(identifier) FROM grdb_migrations"

    @Test func theWayForwardAndTheWayBack() async throws {
        let folder = try ScratchFolder()
        let data = folder.path + "/data"
        _ = try Self.put("004", in: data)
        let listener = try NotifyListener(folder.path + "/notify")
        let binary = try await RunningBinary.start(data: data, environment: ["NOTIFY_SOCKET": listener.name])
        // systemd hears what is going on and that it takes its time.
        try await listener.line("READY=1")
        let words = listener.lines
        for line in ["STATUS=Copying the database before its migration", "STATUS=Migrating the database"] {
            let place = try #require(words.firstIndex(of: line), "\(words)")
            #expect(words[place + 1] == "EXTEND_TIMEOUT_USEC=60000000")
        }
        let key = try await binary.answer("key", "create", "tests", "--role", "admin")
        #expect(try await binary.ask(.get("/api/lpr/events/old-1", key: key)).status == 200)
        let backup = try #require(ScratchFolder.names(in: data + "/backups").first)
        #expect(backup.hasSuffix("Z-schema-004.sqlite"), "\(backup)")
        #expect(binary.process.errors.text.contains("\(data)/backups/\(backup)"))
        // An ordinary backup comes beside it, and is the one that `restore` takes by itself.
        let newest = try await binary.answer("backup")
        #expect(await binary.stop() == .exited(0))
        #expect(try await Self.sqlite(data + "/appliance.sqlite", Self.schema) == "005")

        let back = try await Program.run(
            [try Place.binary(), "restore", "--data", data, data + "/backups/" + backup])
        #expect(back.ending == .exited(0), "\(back.errors)")
        #expect(try await Self.sqlite(data + "/appliance.sqlite", Self.schema) == "004")
        let forward = try await Program.run([try Place.binary(), "restore", "--data", data])
        #expect(forward.output.contains(newest), "\(forward.output)")
        let again = try await RunningBinary.start(data: data)
        #expect(try await again.ask(.get("/api/lpr/events/old-1", key: key)).status == 200)
        #expect(await again.stop() == .exited(0))
    }

    @Test func withoutRoomForTheCopyItDoesNotBegin() async throws {
        guard let disk = try await SmallDisk.make(mebibytes: 32) else { return }
        let (data, outside) = (disk.path + "/data", disk.root + "/data")
        let before = try Self.put("004", in: outside)
        let process = try RunningBinary.spawn(data: data, prefix: disk.prefix)
        #expect(await process.ending() == .exited(74))
        let words = try await process.errors.whole()
        for part in ["MiB are free in \(data)/backups, 64 MiB are needed", "--without-migration-backup", "Free some"] {
            #expect(words.contains(part), "\(words)")
        }
        #expect(ScratchFolder.names(in: outside + "/backups").isEmpty)
        // The version before can go on with it.
        let schema = try await Self.sqlite(data + "/appliance.sqlite", Self.schema, prefix: disk.prefix)
        #expect(schema == "004")
        #expect(contents(of: outside + "/appliance.sqlite")?.count == before.count)

        let all = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--set", "ssh.listen=127.0.0.1:0"]
        let forced = try ChildProcess(
            disk.prefix + [try Place.binary()] + all + ["--without-migration-backup"], directory: "/tmp")
        _ = try await forced.output.line(after: "is ready: ")
        #expect(forced.errors.text.contains("without a copy"))
        forced.send(SIGTERM)
        #expect(await forced.ending() == .exited(0))
        let migrated = try await Self.sqlite(data + "/appliance.sqlite", Self.schema, prefix: disk.prefix)
        #expect(migrated == "005")
        #expect(ScratchFolder.names(in: outside + "/backups").isEmpty)
    }

    @Test func theDataOfALaterVersionIsRefused() async throws {
        let folder = try ScratchFolder()
        let data = folder.path + "/data"
        _ = try Self.put("005", in: data)
        _ = try await Self.sqlite(data + "/appliance.sqlite", "INSERT INTO grdb_migrations VALUES ('006')")
        mkdir(data + "/backups", 0o700)
        let backup = data + "/backups/appliance-20261101T000000Z-schema-005.sqlite"
        try writeFile([], to: backup)
        let process = try RunningBinary.spawn(data: data)
        // systemd does not try again.
        #expect(await process.ending() == .exited(78))
        let words = try await process.errors.whole()
        #expect(words.contains("written by a newer lpr-appliance (schema 006, this one knows 005)"), "\(words)")
        #expect(words.contains("install that version again") && words.contains("restore \(backup)"), "\(words)")
    }
}
