import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

private var twoUsersArePossible: Bool {
    guard geteuid() == 0, let binary = try? Place.binary() else { return false }
    var path = ""
    return binary.split(separator: "/").allSatisfy { part in
        path += "/" + part
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o001 != 0
    }
}

/// Commands as root beside an appliance that runs as its own user, and as somebody who may not.
@Suite(
    .oneOfAFew, .enabled(if: twoUsersArePossible, "only root can be two users, with a binary that both can reach"),
    .timeLimit(.minutes(45)))
struct RootTests {
    /// Users that nobody else is.
    private static let (service, stranger): (uid_t, uid_t) = (48_317, 48_318)

    private let folder: ScratchFolder
    private let data: String

    init() throws {
        folder = try ScratchFolder()
        data = folder.path + "/data"
        guard chmod(folder.path, 0o755) == 0, mkdir(data, 0o750) == 0, chown(data, Self.service, Self.service) == 0
        else { throw TestFailure.system("prepare \(data)") }
    }

    private static func user(_ user: uid_t) -> [String] {
        ["setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--"]
    }

    private func start() async throws -> RunningBinary {
        try await RunningBinary.start(data: data, prefix: Self.user(Self.service))
    }

    /// Who owns what lies in the data directory, by path.
    private static func owners(in directory: String) -> [String: uid_t] {
        var owners: [String: uid_t] = [:]
        for name in ScratchFolder.names(in: directory) {
            let path = directory + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            owners[path] = status.st_uid
            if status.st_mode & S_IFMT == S_IFDIR { owners.merge(Self.owners(in: path)) { $1 } }
        }
        return owners
    }

    private func expectAllBelongToTheService() {
        let owners = Self.owners(in: data)
        #expect(owners.count > 5 && owners.allSatisfy { $0.value == Self.service }, "\(owners)")
    }

    @Test func rootsCommandsReachItAndLeaveNothingBehind() async throws {
        let binary = try await start()
        #expect(try await binary.answer("setup-code").count == 19)
        #expect(try await binary.command("status").ending == .exited(0))
        let key = try await binary.answer("key", "create", "tests", "--role", "admin")
        let device = try await binary.answer("device", "add", "gate-1")
        let event = Request.send(
            "POST", "/api/lpr/events", ["event_id": "before", "license_plate": "1กก 1", "confidence": 1], key: device)
        #expect(try await binary.ask(event).status == 201)
        let backup = try await binary.answer("backup")
        expectAllBelongToTheService()
        #expect(await binary.stop() == .exited(0))

        // Over the present database, and where there is none.
        for isThere in [true, false] {
            if !isThere { unlink(data + "/appliance.sqlite") }
            let restored = try await Program.run([try Place.binary(), "restore", "--data", data])
            #expect(restored.ending == .exited(0), "\(restored.errors)")
            #expect(restored.output.contains(backup))
            expectAllBelongToTheService()
            let again = try await start()
            #expect(try await again.ask(.get("/api/lpr/events/before", key: key)).status == 200)
            #expect(await again.stop() == .exited(0))
        }
        expectAllBelongToTheService()
    }

    /// Root follows no link that the service's user has laid.
    @Test func aLinkInTheDirectoryHarmsNobody() async throws {
        let binary = try await start()
        _ = try await binary.answer("backup")
        #expect(await binary.stop() == .exited(0))
        let victim = folder.path + "/victim"
        try writeFile(Array("precious".utf8), to: victim)
        chmod(victim, 0o600)
        #expect(unlink(data + "/appliance.lock") == 0 && symlink(victim, data + "/appliance.lock") == 0)
        let refused = try await Program.run([try Place.binary(), "restore", "--data", data])
        #expect(refused.ending == .exited(64))
        #expect(contents(of: victim) == Array("precious".utf8))
    }

    @Test func aBackupThatOnlyRootCanReadIsNotTaken() async throws {
        let binary = try await start()
        let backup = try await binary.answer("backup")
        #expect(await binary.stop() == .exited(0))
        let own = folder.path + "/own.sqlite"
        try writeFile(try #require(contents(of: backup)), to: own)
        chmod(own, 0o600)
        let refused = try await Program.run([try Place.binary(), "restore", "--data", data, own])
        #expect(refused.ending == .exited(64))
        // What it says to do works.
        let command = try #require(refused.errors.split(separator: "\n").last?.split(separator: ": ").last)
        #expect(command.hasPrefix("install -o "), "\(refused.errors)")
        #expect(try await Program.run(["sh", "-c", String(command)]).ending == .exited(0))
        let taken = try await Program.run([try Place.binary(), "restore", "--data", data, data + "/backups/own.sqlite"])
        #expect(taken.ending == .exited(0), "\(taken.errors)")
        expectAllBelongToTheService()
    }

    @Test func rootDoesNotRunItForAnotherUser() async throws {
        let process = try RunningBinary.spawn(data: data)
        #expect(await process.ending() == .exited(78))
        let words = try await process.errors.whole()
        #expect(words.contains("belongs to user \(Self.service)") && words.contains("sudo -u"), "\(words)")
        #expect(ScratchFolder.names(in: data).isEmpty)
    }

    @Test func othersAreToldToUseSudo() async throws {
        let binary = try await start()
        for arguments in [["status"], ["setup-code"], ["device", "list"]] {
            let refused = try await Program.run(
                Self.user(Self.stranger) + [try Place.binary()] + arguments + ["--data", data])
            #expect(refused.ending == .exited(69))
            #expect(refused.errors.contains("run this with sudo"), "\(refused.errors)")
        }
        #expect(await binary.stop() == .exited(0))
    }
}
