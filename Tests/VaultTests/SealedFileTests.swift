import Domain
import Testing

@testable import Vault

@Suite struct SealedFileTests {
    private static let now = Instant(seconds: 1_795_395_600)

    private let scratch: KeyDirectoryTests.Scratch

    init() throws { scratch = try KeyDirectoryTests.Scratch() }

    private func ring(_ count: Int = 1) throws -> KeyRing {
        let directory = "\(scratch.path)/\(UInt64.random(in: .min ... .max))"
        let ring = try KeyRing(directory: KeyDirectory(path: directory), credentials: nil)
        for _ in 0..<count { _ = try ring.rotate(at: Self.now) }
        return ring
    }

    /// The whole file.
    private func seal(_ content: [UInt8], label: String = "a.jpg", _ ring: KeyRing) throws -> [UInt8] {
        let sealed = try SealedFile(sealing: content.count, label: label, with: try #require(ring.sealing))
        return try (0..<sealed.chunkCount).reduce(into: sealed.header) { file, chunk in
            file += try sealed.seal(content[sealed.content(of: chunk)], chunk: chunk)
        }
    }

    private func open(_ file: [UInt8], label: String = "a.jpg", _ ring: KeyRing?) throws -> [UInt8] {
        let sealed = try SealedFile(
            opening: Array(file.prefix(SealedFile.headerLength)), fileLength: file.count, label: label, keys: ring)
        return try (0..<sealed.chunkCount).reduce(into: []) { content, chunk in
            content += try sealed.open(Array(file[sealed.place(of: chunk)]), chunk: chunk)
        }
    }

    private func content(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) } }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) func opensWhatItSealed(count: Int) throws {
        let ring = try ring()
        let file = try seal(content(count), ring)
        #expect(file.count == 80 + count + max(1, (count + 65_535) / 65_536) * 16)
        #expect(try open(file, ring) == content(count))
        #expect(try seal(content(count), ring) != file, "every file has a key of its own")
    }

    /// What the table in front of SealedFile says, byte by byte.
    @Test func theLayoutIsTheDocumentedOne() throws {
        let ring = try ring()
        let file = try seal(content(70_000), ring)
        #expect(Array(file[0..<12]) == [0x89, 0x4C, 0x50, 0x52, 0x53, 0x0D, 0x0A, 0x1A, 1, 16, 0, 0])
        #expect(Hexadecimal.text(file[12..<20]) == ring.sealing?.id)
        #expect(Array(file[20..<28]) == [0, 0, 0, 0, 0, 1, 0x11, 0x70])
        #expect(Array(file[60..<64]) == [0, 0, 0, 0])
    }

    @Test func everyFlippedBitOfTheHeaderIsFound() throws {
        let ring = try ring()
        let file = try seal(content(100), ring)
        for index in 0..<(80 * 8) {
            var changed = file
            changed[index / 8] ^= 1 << UInt8(index % 8)
            #expect(throws: SealedFile.Failure.self, "bit \(index)") { try open(changed, ring) }
        }
    }

    @Test func everyFlippedByteOfTheContentIsFound() throws {
        let ring = try ring()
        let file = try seal(content(66_000), ring)
        for index in stride(from: 80, to: file.count, by: 997) {
            var changed = file
            changed[index] ^= 0x40
            #expect(throws: SealedFile.Failure.self, "byte \(index)") { try open(changed, ring) }
        }
    }

    @Test func whatIsCutOffOrAddedIsFound() throws {
        let ring = try ring()
        let file = try seal(content(140_000), ring)
        for count in [0, 7, 8, 79, 80, 81, 80 + 65_552, 80 + 2 * 65_552, file.count - 1] {
            #expect(throws: SealedFile.Failure.self, "\(count) bytes") { try open(Array(file.prefix(count)), ring) }
        }
        #expect(throws: SealedFile.Failure.self) { try open(file + [0], ring) }
        #expect(throws: SealedFile.Failure.self) { try open(file + file.suffix(65_552), ring) }
    }

    @Test func chunksInAnotherOrderOrOfAnotherFileAreFound() throws {
        let ring = try ring()
        let file = try seal(content(3 * 65_536), ring)
        let other = try seal(content(3 * 65_536), ring)
        let chunk = { (file: [UInt8], number: Int) in Array(file[(80 + number * 65_552)..<(80 + (number + 1) * 65_552)])
        }
        let header = Array(file.prefix(80))
        for wrong in [
            chunk(file, 1) + chunk(file, 0) + chunk(file, 2), chunk(file, 0) + chunk(file, 0) + chunk(file, 2),
            chunk(file, 0) + chunk(file, 2) + chunk(file, 1), chunk(other, 0) + chunk(file, 1) + chunk(file, 2),
        ] {
            #expect(throws: SealedFile.Failure.self) { try open(header + wrong, ring) }
        }
        #expect(throws: SealedFile.Failure.self) { try open(Array(other.prefix(80)) + file.dropFirst(80), ring) }
    }

    @Test func aFileUnderAnotherNameDoesNotOpen() throws {
        let ring = try ring()
        let file = try seal(content(100), label: "2026/11/23/a-1.jpg", ring)
        #expect(throws: SealedFile.Failure.damaged("the header is not what was sealed")) {
            try open(file, label: "2026/11/23/b-1.jpg", ring)
        }
    }

    @Test func anOldKeyOpensAndAMissingOneIsNamed() throws {
        let ring = try ring()
        let file = try seal(content(100), ring)
        let id = try #require(ring.sealing?.id)
        _ = try ring.rotate(at: Self.now)
        #expect(ring.sealing?.id != id)
        #expect(try open(file, ring) == content(100))
        for empty in [nil, try self.ring(0), try self.ring(2)] as [KeyRing?] {
            #expect(throws: SealedFile.Failure.unknownKey(id: id)) { try open(file, empty) }
        }
    }

    @Test func hostileHeadersNeverCrash() throws {
        let ring = try ring()
        let file = try seal(content(100), ring)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var header = (0..<80).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            header.replaceSubrange(0..<8, with: SealedFile.magic)
            if Bool.random(using: &generator) { header.replaceSubrange(8..<20, with: file[8..<20]) }
            #expect(throws: SealedFile.Failure.self) {
                try SealedFile(opening: header, fileLength: .max, label: "a", keys: ring)
            }
        }
    }
}

@Suite struct KeyRingTests {
    private static let now = Instant(seconds: 1_795_395_600)

    @Test func aRotatedRingIsOnDiskAndReadAgain() throws {
        let scratch = try KeyDirectoryTests.Scratch()
        let ring = try KeyRing(directory: KeyDirectory(path: scratch.keys), credentials: nil)
        #expect(ring.entries.isEmpty && ring.sealing == nil)
        try ring.makeFirst(at: Self.now)
        try ring.makeFirst(at: Self.now)
        let second = try ring.rotate(at: Self.now)
        #expect(ring.entries.count == 2 && ring.sealing?.id == second.id)
        let again = try KeyRing(directory: KeyDirectory(path: scratch.keys), credentials: nil)
        #expect(again.entries == ring.entries && !again.isCredential)
        #expect(again.entries.map(\.isSealing) == [false, true])
        #expect(again.entries.first?.createdAt == Self.now)
    }

    /// As systemd names it alone, and as a file of a directory that it takes whole.
    @Test(arguments: ["media.keys", "credentials_media.keys"])
    func aCredentialIsReadAndNeverWritten(name: String) throws {
        let scratch = try KeyDirectoryTests.Scratch()
        let keys = [SealingKey.make(at: Self.now), SealingKey.make(at: Self.now)]
        let directory = try KeyDirectory(path: scratch.keys)
        try scratch.write(String(decoding: KeyRing.text(keys), as: UTF8.self), to: "../\(name)", mode: 0o440)
        let ring = try KeyRing(directory: directory, credentials: scratch.path)
        #expect(ring.isCredential && ring.entries.map(\.id) == keys.map(\.id))
        #expect { try ring.rotate(at: Self.now) } throws: { ($0 as? VaultError)?.kind == .readOnly }
        // A service without this credential has its file.
        let none = try KeyRing(directory: directory, credentials: scratch.keys)
        #expect(!none.isCredential)
        // So has one that gets a line break in its place.
        try scratch.write("\n", to: "../\(name)", mode: 0o440)
        #expect(try !KeyRing(directory: directory, credentials: scratch.path).isCredential)
    }

    @Test func aDamagedLineIsNamedAndNotShown() throws {
        let key = SealingKey.make(at: Self.now)
        let line =
            String(decoding: KeyRing.text([key]), as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
        let secret = String(line.suffix(64))
        for wrong in [
            "v2" + line.dropFirst(2), String(line.dropLast()), line + "00", line + "\n" + line, line + " x",
            line.replacing(key.id, with: "0000000000000000"), line.replacing("T", with: " "), "garbage", "v1",
        ] {
            #expect {
                try KeyRing.parse(Array(wrong.utf8), path: "media.keys")
            } throws: { error in
                (error as? VaultError)?.kind == .damaged && !"\(error)".contains(secret.prefix(32))
            }
        }
        #expect(try KeyRing.parse(Array("# a\n\n  \n\(line)\r\n".utf8), path: "").map(\.id) == [key.id])
        #expect(try KeyRing.parse([], path: "").isEmpty)
    }

    @Test func aRingThatOthersCanReadIsRefused() throws {
        let scratch = try KeyDirectoryTests.Scratch()
        let directory = try KeyDirectory(path: scratch.keys)
        let text = String(decoding: KeyRing.text([.make(at: Self.now)]), as: UTF8.self)
        try scratch.write(text, to: "media.keys", mode: 0o644)
        #expect { try KeyRing(directory: directory, credentials: nil) } throws: {
            ($0 as? VaultError)?.kind == .insecure
        }
    }
}
