import Glibc
import Synchronization
import Testing

@testable import Vault

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct KeyDirectoryTests {
    /// A directory that goes with the test.
    final class Scratch: Sendable {
        let path: String
        var keys: String { "\(path)/keys" }

        init() throws {
            let base = FileManager.default.temporaryDirectory.path
            path = "\(base)/vault-tests-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
            let file = try #require(fopen("\(keys)/\(name)", "w"))
            fputs(text, file)
            fclose(file)
            #expect(chmod("\(keys)/\(name)", mode) == 0)
        }
    }

    static func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    static func isVaultError(_ kind: VaultError.Kind, mentioning word: String = "") -> (any Error) -> Bool {
        { error in
            guard let error = error as? VaultError else { return false }
            return error.kind == kind && (word.isEmpty || error.description.contains(word))
        }
    }

    @Test func makesAPrivateDirectoryAndPrivateFiles() throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        #expect(try keys.loadOrCreate("jwt.pem") { [1, 2, 3] } == [1, 2, 3])
        #expect(Self.mode(scratch.keys) == 0o700)
        #expect(Self.mode("\(scratch.keys)/jwt.pem") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.keys) == ["jwt.pem"])
    }

    @Test func keepsTheFirstKey() throws {
        let scratch = try Scratch()
        #expect(try KeyDirectory(path: scratch.keys).loadOrCreate("a") { [7] } == [7])
        let reopened = try KeyDirectory(path: scratch.keys)
        #expect(
            try reopened.loadOrCreate("a") {
                Issue.record("a key that exists is not made again")
                return [8]
            } == [7]
        )
    }

    final class Count: Sendable { let value = Mutex(0) }

    @Test func oneKeyForAllWhoAskAtOnce() async throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        let made = Count()
        let seen = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in UInt8(0)..<20 {
                group.addTask {
                    try keys.loadOrCreate("a") {
                        made.value.withLock { $0 += 1 }
                        return [number]
                    }
                }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(seen.count == 1 && made.value.withLock { $0 } == 1)
    }

    @Test func theFasterOfTwoMakersWins() throws {
        let scratch = try Scratch()
        let first = try KeyDirectory(path: scratch.keys)
        let second = try KeyDirectory(path: scratch.keys)
        // The second finishes while the first still makes its key, as a second process could.
        let key = try first.loadOrCreate("a") {
            let faster = try second.loadOrCreate("a") { [2] }
            #expect(faster == [2])
            return [1]
        }
        #expect(key == [2])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.keys) == ["a"])
    }

    @Test func aCrashBeforeTheNameLeavesNoKey() throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        try scratch.write("half a k", to: "a.part")
        #expect(try keys.loadOrCreate("a") { [1] } == [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.keys) == ["a"])
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o660, 0o620, 0o610, 0o644, 0o601])
    func refusesAKeyThatOthersMayAccess(mode: mode_t) throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        try scratch.write("top secret", to: "a", mode: mode)
        #expect { try keys.loadOrCreate("a") { [1] } } throws: { error in
            Self.isVaultError(.insecure, mentioning: "chmod 600")(error) && !"\(error)".contains("secret")
        }
    }

    @Test(arguments: [mode_t(0o750), 0o705, 0o770, 0o710, 0o777, 0o701])
    func refusesADirectoryThatOthersMayAccess(mode: mode_t) throws {
        let scratch = try Scratch()
        #expect(mkdir(scratch.keys, 0o700) == 0 && chmod(scratch.keys, mode) == 0)
        #expect { try KeyDirectory(path: scratch.keys) } throws: { error in
            Self.isVaultError(.insecure, mentioning: "chmod 700")(error) && "\(error)".contains(scratch.keys)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func refusesWhatBelongsToSomebodyElse() throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        try scratch.write("key", to: "a")
        #expect(chown("\(scratch.keys)/a", 65_534, 65_534) == 0)
        #expect { try keys.loadOrCreate("a") { [1] } } throws: { Self.isVaultError(.insecure, mentioning: "65534")($0) }
        #expect(chown(scratch.keys, 65_534, 65_534) == 0)
        #expect { try KeyDirectory(path: scratch.keys) } throws: {
            Self.isVaultError(.insecure, mentioning: "65534")($0)
        }
    }

    @Test func refusesLinksPipesAndDirectories() throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        try scratch.write("key", to: "real")
        #expect(symlink("real", "\(scratch.keys)/link") == 0)
        #expect(mkfifo("\(scratch.keys)/pipe", 0o600) == 0)
        #expect(mkdir("\(scratch.keys)/directory", 0o700) == 0)
        for name in ["link", "pipe", "directory"] {
            #expect { try keys.loadOrCreate(name) { [1] } } throws: { Self.isVaultError(.insecure)($0) }
        }
        #expect(symlink(scratch.keys, "\(scratch.path)/elsewhere") == 0)
        #expect { try KeyDirectory(path: "\(scratch.path)/elsewhere") } throws: { Self.isVaultError(.insecure)($0) }
    }

    @Test func refusesEmptyAndEndlessKeys() throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        try scratch.write("", to: "empty")
        try scratch.write(String(repeating: "x", count: 65_537), to: "long")
        try scratch.write(String(repeating: "x", count: 65_536), to: "longest")
        #expect(try keys.loadOrCreate("longest") { [] }.count == 65_536)
        for name in ["empty", "long"] {
            #expect { try keys.loadOrCreate(name) { [1] } } throws: { Self.isVaultError(.damaged)($0) }
        }
        #expect { try keys.loadOrCreate("new") { [] } } throws: { Self.isVaultError(.damaged)($0) }
        #expect(!FileManager.default.fileExists(atPath: "\(scratch.keys)/new"))
    }

    @Test(arguments: [
        "", ".", "..", ".hidden", "a/b", "../a", "/a", "a\0", "a b", "ก", "a.part", String(repeating: "a", count: 65),
    ])
    func refusesNamesThatAreNoFileNames(_ name: String) throws {
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        #expect { try keys.loadOrCreate(name) { [1] } } throws: { Self.isVaultError(.invalidName)($0) }
    }

    @Test func aFailingMakerLeavesNothing() throws {
        struct NoEntropy: Error {}
        let scratch = try Scratch()
        let keys = try KeyDirectory(path: scratch.keys)
        #expect(throws: NoEntropy.self) { try keys.loadOrCreate("a") { throw NoEntropy() } }
        #expect(try keys.loadOrCreate("a") { [5] } == [5])
    }

    @Test func saysWhereTheParentIsMissing() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/missing/keys"
        #expect { try KeyDirectory(path: path) } throws: { error in
            Self.isVaultError(.io, mentioning: path)(error) && (error as? VaultError)?.errorNumber == ENOENT
        }
    }
}
