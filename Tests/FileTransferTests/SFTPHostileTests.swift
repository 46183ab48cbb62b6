import Glibc
import TestSupport
import Testing

@testable import FileTransfer

@Suite struct SFTPHostileTests {
    typealias Number = SFTPNumber.Request

    @Test(arguments: [
        "../x.jpg", "/../../x.jpg", "a/../../../x.jpg", String(repeating: "../", count: 1_360) + "x.jpg",
        "./././x.jpg", "//x.jpg",
    ])
    func noPathLeadsOut(path: String) async throws {
        let harbour = try Harbour()
        #expect(try await harbour.client().put(path, picture(1_000)).isOK)
        #expect(harbour.desk.taken.map(\.path) == ["x.jpg"])
        #expect(access(harbour.path("gate-1", "x.jpg"), F_OK) == 0)
    }

    @Test(arguments: [
        String(repeating: "../", count: 4_096), String(repeating: "a/", count: 100) + "x",
        String(repeating: "a", count: 256), "a\u{0}b.jpg", "a\nb.jpg", "a\u{7F}.jpg", ".~lpr-1", ".rsync-partial/x.jpg",
        "",
    ])
    func namesThatNoFileMayHaveAreRefused(path: String) async throws {
        let client = try await Harbour().client()
        let answer = await client.put(path, picture(1_000))
        #expect(answer.status == SFTPStatus.failure.rawValue || answer.status == SFTPStatus.permissionDenied.rawValue)
        #expect(!answer.words.isEmpty)
        #expect(await client.list("/").isEmpty && !client.hasEnded)
    }

    @Test func thaiNamesInOneByteEachAreUnderstood() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        let name: [UInt8] = [0x31, 0xA1, 0xA1] + Array("1234.jpg".utf8)
        let opened = await client.send(Number.open) {
            $0.string(name)
            $0.uint32(SFTPOpenFlags([.write, .create]).rawValue)
            $0.uint32(0)
        }
        #expect(await client.write(opened.handle, picture(1_000)).isOK)
        #expect(await client.close(opened.handle).isOK)
        #expect(harbour.desk.taken.map(\.path) == ["1กก1234.jpg"])
        #expect(await client.send(Number.status) { $0.string(name) }.size == 1_000)
    }

    @Test func linksAreNeitherMadeNorFollowed() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(
            await client.send(Number.symbolicLink) {
                $0.string("/etc/passwd".utf8)
                $0.string("x".utf8)
            }.status == SFTPStatus.permissionDenied.rawValue)
        #expect(await client.put("a/b.jpg", picture(100)).isOK)
        // Put there by somebody else, they lead nowhere.
        #expect(symlink("/etc", harbour.path("gate-1", "etc")) == 0)
        #expect(symlink("/etc/passwd", harbour.path("gate-1", "passwd")) == 0)
        #expect(await client.open("etc/passwd", .read).handle.isEmpty)
        #expect(await client.open("passwd", .read).handle.isEmpty)
        #expect(await client.put("etc/lpr-test.jpg", picture(100)).status != SFTPStatus.ok.rawValue)
        #expect(await client.list("/") == ["a"])
    }

    @Test func aDirectoryThatTurnsIntoALinkLeadsNowhere() async throws {
        let harbour = try Harbour()
        let outside = try ScratchFolder()
        let client = try await harbour.client()
        let (inside, aside) = (harbour.path("gate-1", "d"), harbour.path("gate-1", "e"))
        #expect(await client.ask(Number.makeDirectory, "d").isOK)
        let target = outside.path
        let racer = Task.detached {
            for _ in 0..<2_000 where !Task.isCancelled {
                rename(inside, aside)
                symlink(target, inside)
                unlink(inside)
                rename(aside, inside)
            }
        }
        for number in 0..<500 { _ = await client.put("d/\(number).jpg", picture(100)) }
        racer.cancel()
        await racer.value
        #expect(ScratchFolder.names(in: outside.path).isEmpty)
    }

    @Test func handlesOfOthersDoNotExist() async throws {
        let harbour = try Harbour()
        let (one, two) = (try await harbour.client("gate-1"), try await harbour.client("gate-2"))
        let handle = await one.open("x.jpg", [.write, .create]).handle
        #expect(await two.write(handle, [1]).status == SFTPStatus.failure.rawValue)
        #expect(await two.close(handle).status == SFTPStatus.failure.rawValue)
        #expect(await one.write([], [1]).status == SFTPStatus.failure.rawValue)
        #expect(await one.write(Array(repeating: 0xFF, count: 300), [1]).status == SFTPStatus.failure.rawValue)
    }

    @Test func handlesAreBounded() async throws {
        let client = try await Harbour().client()
        var opened: [[UInt8]] = []
        for number in 0..<100_000 {
            let answer: SFTPClient.Answer
            if number.isMultiple(of: 2) {
                answer = await client.ask(Number.openDirectory, "/")
            } else {
                answer = await client.open("\(number % 7)", [.write, .create])
            }
            if !answer.handle.isEmpty { opened.append(answer.handle) }
        }
        #expect(opened.count == SFTPHandles.limit)
        for handle in opened { _ = await client.close(handle) }
        #expect(await !client.ask(Number.openDirectory, "/").handle.isEmpty)
    }

    @Test func aHoleAtTheEndOfAllNumbersIsRefused() async throws {
        let client = try await Harbour().client()
        let handle = await client.open("x.jpg", [.write, .create, .read]).handle
        for offset in [UInt64.max, UInt64.max - 3, 1 << 62, 1 << 40] {
            #expect(await client.write(handle, [1, 2, 3, 4], at: offset).status == SFTPStatus.failure.rawValue)
            #expect(await client.read(handle, at: offset).data.isEmpty)
        }
        let size = await client.send(Number.setHandleStatus) {
            $0.string(handle)
            $0.uint32(1)
            $0.uint64(1 << 60)
        }
        #expect(size.status == SFTPStatus.failure.rawValue)
    }

    @Test(
        arguments: [
            [0, 0, 0, 0], [0, 0, 0, 4, 1, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 1], [0, 4, 0, 1, 1],
            [0, 0, 0, 9, 6, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 5, 1, 0, 0, 0, 3],
        ] as [[UInt8]])
    func whatIsNoPacketEndsTheSession(bytes: [UInt8]) async throws {
        let client = try await Harbour().client()
        _ = await client.sendRaw(bytes)
        #expect(client.hasEnded)
    }

    @Test func nothingIsAnsweredBeforeTheVersion() async throws {
        let harbour = try Harbour()
        let client = SFTPClient(SFTPSession(try harbour.finish()), harbour)
        _ = await client.ask(Number.status, "/")
        #expect(client.hasEnded)
    }

    @Test func answersThatNobodyReadsHoldTheRequests() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(await client.put("big.txt", [UInt8](repeating: 1, count: 200_000)).isOK)
        let handle = await client.open("big.txt", .read).handle
        var requests = SSHWriter()
        for number in 0..<1_000 {
            requests.begin(Number.read)
            requests.uint32(UInt32(number))
            requests.string(handle)
            requests.uint64(0)
            requests.uint32(100_000)
            requests.end()
        }
        var output = ChannelOutput()
        let bytes = requests.take()
        let taken = try bytes.withUnsafeBytes { try client.session.receive($0, &output) }
        #expect(taken < bytes.count / 10)
        #expect(output.count <= ChannelOutput.limit + SFTPSession.readLimit + 100)
    }

    /// Whatever comes, the session answers or ends, and leaves its root alone.
    @Test(arguments: 0..<20) func madeUpPackets(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let harbour = try Harbour()
        var client = try await harbour.client()
        var known = await [client.open("a/b.jpg", [.write, .create, .read]).handle]
        for _ in 0..<400 {
            if client.hasEnded { client = try await harbour.client() }
            let type =
                Bool.random(using: &random)
                ? UInt8.random(in: 3...20, using: &random)
                : [0, 1, 2, 21, 101, 200, 255].randomElement(using: &random) ?? 0
            let answer = await client.send(type) { writer in
                for _ in 0..<Int.random(in: 0...5, using: &random) {
                    switch Int.random(in: 0...6, using: &random) {
                    case 0: writer.uint32(.random(in: 0 ... .max, using: &random))
                    case 1: writer.uint64(.random(in: 0 ... .max, using: &random))
                    case 2: writer.string(known.randomElement(using: &random) ?? [])
                    case 3:
                        writer.string(
                            ["a", "../..", "/", "a/b.jpg", ""].randomElement(using: &random)?.utf8 ?? "".utf8)
                    case 4: writer.string((SFTPExtension.allCases.randomElement(using: &random)?.rawValue ?? "").utf8)
                    case 5: writer.uint32(.random(in: 0...64, using: &random))
                    default: writer.byte(.random(in: 0...255, using: &random))
                    }
                }
            }
            if !answer.handle.isEmpty { known.append(answer.handle) }
        }
        #expect(ScratchFolder.names(in: harbour.folder.path) == ["gate-1"])
    }
}
