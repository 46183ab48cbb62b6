import Dispatch
import Synchronization
import Testing

@testable import Identity

@Suite struct PasswordTests {
    /// RFC 7914, section 12.
    @Test(arguments: [
        (
            "password", "NaCl", ScryptHash.Cost(logarithmOfRounds: 10, blockSize: 8, parallelism: 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", ScryptHash.Cost(logarithmOfRounds: 14, blockSize: 8, parallelism: 1),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func vectorOfTheStandard(password: String, salt: String, cost: ScryptHash.Cost, expected: String) throws {
        let hash = try ScryptHash(password: password, salt: Array(salt.utf8), cost: cost, length: 64).hash
        #expect(hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == expected)
    }

    @Test func defaultCostIsThePrescribedOne() async throws {
        let hasher = try PasswordHasher()
        let encoded = try await hasher.hash("correct horse battery")
        #expect(encoded.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(try await hasher.verify("correct horse battery", against: encoded))
        #expect(try await !hasher.verify("correct horse batterz", against: encoded))
    }

    @Test func samePasswordTwiceGivesTwoHashes() async throws {
        let hasher = try PasswordHasher(cost: .init(logarithmOfRounds: 4))
        #expect(try await hasher.hash("correct horse battery") != hasher.hash("correct horse battery"))
    }

    @Test func textFormComesBack() throws {
        let hash = try ScryptHash(
            password: "รหัสผ่านภาษาไทย",
            salt: Array(0..<16),
            cost: .init(logarithmOfRounds: 4)
        )
        #expect(ScryptHash(encoded: hash.encoded) == hash)
        #expect(try hash.matches("รหัสผ่านภาษาไทย"))
    }

    private static let salt = "AAECAwQFBgcICQoLDA0ODw"
    private static let hash = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    @Test(arguments: [
        "", "$", "$$$$", "scrypt$ln=4,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=4,r=8,p=1$\(salt)",
        "$bcrypt$ln=4,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=31,r=8,p=1$\(salt)$\(hash)",
        "$scrypt$ln=17,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=16,r=16,p=1$\(salt)$\(hash)",
        "$scrypt$ln=0,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=4,r=0,p=1$\(salt)$\(hash)",
        "$scrypt$ln=4,r=8,p=0$\(salt)$\(hash)", "$scrypt$ln=4,r=8,p=5$\(salt)$\(hash)",
        "$scrypt$ln=-4,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=+4,r=8,p=1$\(salt)$\(hash)",
        "$scrypt$ln=٤,r=8,p=1$\(salt)$\(hash)", "$scrypt$r=8,ln=4,p=1$\(salt)$\(hash)",
        "$scrypt$ln=4,r=8,p=1,x=1$\(salt)$\(hash)", "$scrypt$ln=99999999999999999999,r=8,p=1$\(salt)$\(hash)",
        "$scrypt$ln=4,r=8,p=1$$\(hash)", "$scrypt$ln=4,r=8,p=1$AAEC$\(hash)", "$scrypt$ln=4,r=8,p=1$\(salt)$",
        "$scrypt$ln=4,r=8,p=1$\(salt)==$\(hash)", "$scrypt$ln=4,r=8,p=1$\(salt)$\(hash)$",
        "$scrypt$ln=4,r=8,p=1$\(salt)$" + String(repeating: "A", count: 400),
    ])
    func damagedTextIsNoHash(_ text: String) {
        #expect(ScryptHash(encoded: text) == nil)
    }

    @Test func wellFormedTextIsAHash() {
        #expect(ScryptHash(encoded: "$scrypt$ln=4,r=8,p=1$\(Self.salt)$\(Self.hash)") != nil)
    }

    @Test(arguments: [nil, "", "not a hash"] as [String?])
    func missingHashCostsAsMuchAndNeverFits(_ encoded: String?) async throws {
        let counter = CountBox()
        let hasher = try PasswordHasher(cost: .init(logarithmOfRounds: 4)) { phase in
            if phase == .began { counter.value.add(1, ordering: .relaxed) }
        }
        #expect(try await !hasher.verify("", against: encoded))
        #expect(counter.value.load(ordering: .relaxed) == 1)
    }

    private final class CountBox: Sendable {
        let value = Atomic(0)
    }

    /// The first two hold their places until the test has seen that the others wait.
    @Test(.timeLimit(.minutes(45))) func twoAtOnceThreeWaitAndTheSixthHearsBusy() async throws {
        let release = DispatchSemaphore(value: 0)
        let inside = CountBox()
        let most = CountBox()
        let hasher = try PasswordHasher(limit: 2, waitingLimit: 3, cost: .init(logarithmOfRounds: 4)) { phase in
            switch phase {
            case .began:
                let count = inside.value.add(1, ordering: .sequentiallyConsistent).newValue
                most.value.max(count, ordering: .sequentiallyConsistent)
                release.wait()
            case .ended: inside.value.subtract(1, ordering: .sequentiallyConsistent)
            }
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<5 {
                group.addTask { _ = try await hasher.hash("correct horse battery") }
            }
            while inside.value.load(ordering: .sequentiallyConsistent) < 2 || hasher.waitingCount < 3 {
                await Task.yield()
            }
            #expect(await code { try await hasher.hash("correct horse battery") } == .busy)
            for _ in 0..<5 { release.signal() }
            try await group.waitForAll()
        }
        #expect(most.value.load(ordering: .sequentiallyConsistent) == 2)
        release.signal()
        _ = try await hasher.hash("correct horse battery")
    }

    @Test func whoWasCancelledBeforeDoesNotEnter() async {
        let gate = AdmissionGate(limit: 1, waitingLimit: 4)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await gate.pass {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(gate.insideCount == 0)
    }

    @Test(.timeLimit(.minutes(45))) func whoIsCancelledWhileWaitingGivesUpThePlace() async throws {
        let gate = AdmissionGate(limit: 1, waitingLimit: 4)
        let (hold, holder) = AsyncStream<Void>.makeStream()
        let first = Task { try await gate.pass { for await _ in hold {} } }
        while gate.insideCount < 1 { await Task.yield() }
        let second = Task { try await gate.pass { true } }
        while gate.waitingCount < 1 { await Task.yield() }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(gate.waitingCount == 0)
        holder.finish()
        try await first.value
        #expect(try await gate.pass { true })
    }

    @Test(arguments: [
        ("short9chr", false), ("ten chars!", true), (String(repeating: "x", count: 128), true),
        (String(repeating: "x", count: 129), false), ("ก" + String(repeating: "\u{0E49}", count: 200), false),
        ("ลายเซ็นหน้าด่าน", true), ("", false), ("Administrator", false), ("administrator1", true),
    ])
    func rule(password: String, isGood: Bool) async {
        let code = await code { try PasswordRule.check(password, username: "administrator") }
        #expect(code == (isGood ? nil : .invalidField))
    }

    @Test(arguments: [
        ("a", true), ("A.b_c-9", true), (String(repeating: "x", count: 50), true),
        (String(repeating: "x", count: 51), false), ("", false), ("a b", false), ("ผู้ใช้", false), ("a/b", false),
        ("a\u{0}", false), ("<b>", false),
    ])
    func username(_ text: String, isGood: Bool) {
        #expect(PasswordRule.isUsername(text) == isGood)
    }
}
