import Glibc
import Testing

@testable import Media

@Suite struct PathEscapeTests {
    /// A store beside a secret, with links from inside to outside.
    struct Trap {
        let scratch: ScratchDirectory
        let store: PictureStore

        init() throws {
            scratch = try ScratchDirectory()
            store = try scratch.store()
            #expect(mkdir("\(scratch.path)/outside", 0o755) == 0)
            try ScratchDirectory.write(Array("secret".utf8), to: "\(scratch.path)/outside/secret.jpg")
            #expect(mkdir("\(scratch.images)/inside", 0o755) == 0)
            try ScratchDirectory.write(Array("picture".utf8), to: "\(scratch.images)/inside/real.jpg")
            for (target, link) in [
                ("../outside", "door"), ("../outside/secret.jpg", "window.jpg"), ("inside", "alias"),
                ("real.jpg", "inside/alias.jpg"), ("/", "root"),
            ] {
                #expect(symlink(target, "\(scratch.images)/\(link)") == 0)
            }
            #expect(mkfifo("\(scratch.images)/inside/pipe.jpg", 0o644) == 0)
        }
    }

    static let escapes = [
        "../outside/secret.jpg", "/etc/passwd", "inside/../../outside/secret.jpg", "door/secret.jpg", "window.jpg",
        "alias/real.jpg", "inside/alias.jpg", "root/etc/passwd", "inside/pipe.jpg", "inside", "inside/real.jpg/x",
        "inside/real.jpg\0", "", ".", "..", "inside//real.jpg", "./inside/real.jpg",
    ]

    @Test(arguments: escapes)
    func nothingLeadsOut(_ path: String) async throws {
        let trap = try Trap()
        await #expect { try await trap.store.read(path) } throws: { PictureStoreTests.isMediaError(.unsafePath)($0) }
    }

    @Test(arguments: ["../outside/secret.jpg", "door/secret.jpg", "root/etc/passwd", "inside/../../outside/secret.jpg"])
    func nothingOutsideIsRemoved(_ path: String) async throws {
        let trap = try Trap()
        await #expect { try await trap.store.remove(path) } throws: { PictureStoreTests.isMediaError(.unsafePath)($0) }
        #expect(try ScratchDirectory.read("\(trap.scratch.path)/outside/secret.jpg") == Array("secret".utf8))
    }

    @Test func removingALinkRemovesTheLink() async throws {
        let trap = try Trap()
        #expect(try await trap.store.remove("window.jpg"))
        #expect(try ScratchDirectory.read("\(trap.scratch.path)/outside/secret.jpg") == Array("secret".utf8))
    }

    @Test func aPlainPathWorks() async throws {
        let trap = try Trap()
        #expect(try await trap.store.read("inside/real.jpg") == Array("picture".utf8))
    }

    @Test func aLinkInPlaceOfADayIsNotWrittenThrough() async throws {
        let trap = try Trap()
        #expect(mkdir("\(trap.scratch.images)/2026", 0o755) == 0)
        #expect(symlink("../../outside", "\(trap.scratch.images)/2026/11") == 0)
        await #expect {
            try await trap.store.store(
                Sample.png(width: 2, height: 2),
                eventID: "a",
                role: .image,
                capturedAt: captured
            )
        } throws: {
            PictureStoreTests.isMediaError(.unsafePath)($0)
        }
        #expect(try ScratchDirectory.files(below: "\(trap.scratch.path)/outside") == ["secret.jpg"])
        #expect(try ScratchDirectory.files(below: trap.scratch.temporary) == [])
    }
}
