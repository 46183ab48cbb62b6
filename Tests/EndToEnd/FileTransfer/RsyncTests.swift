import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// rsync by the real client, against the real rsync that the appliance starts.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct RsyncTests {
    @Test func aDirectoryOfPictures() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let tree = camera.folder.path + "/pictures"
        mkdir(tree, 0o755)
        for name in ["1.jpg", "2.jpg", "1กก [7] x.jpg"] {
            try writeFile(try Picture.jpeg(withCommentOf: 10_000 + name.utf8.count), to: tree + "/" + name)
        }
        let first = try await camera.rsync("-azP", tree + "/", to: "/data/lpr_images")
        #expect(first.ending == .exited(0), "\(first.errors)")
        let all = ["data/lpr_images/1.jpg", "data/lpr_images/1กก [7] x.jpg", "data/lpr_images/2.jpg"]
        #expect(try await camera.waitingFiles().sorted() == all)
        #expect(try await camera.announce("1", path: "/data/lpr_images/1.jpg").status == 201)
        #expect(try await camera.image(of: "1") == contents(of: tree + "/1.jpg"))

        // Again: nothing is sent a second time.
        let second = try await camera.rsync("-az", "--stats", tree + "/", to: "/data/lpr_images")
        #expect(second.ending == .exited(0))
        #expect(second.output.contains("Number of regular files transferred: 0"), "\(second.output)")

        // Changed and deleted at the camera.
        try writeFile(try Picture.jpeg(withCommentOf: 50_000), to: tree + "/2.jpg")
        unlink(tree + "/1.jpg")
        #expect(try await camera.rsync("-az", "--delete", tree + "/", to: "/data/lpr_images").ending == .exited(0))
        #expect(try await camera.sftp("ls /data/lpr_images").output.contains("2.jpg"))
        #expect(try await !camera.sftp("ls /data/lpr_images").output.contains("/1.jpg"))
        // The event keeps its picture, whatever the camera deletes.
        #expect(try await camera.image(of: "1") != nil)
        #expect(try await camera.announce("2", path: "/data/lpr_images/2.jpg").status == 201)
        #expect(try await camera.image(of: "2") == contents(of: tree + "/2.jpg"))

        // One file, as the cameras in the field do it.
        let single = try camera.picture("single.jpg")
        #expect(try await camera.rsync("-azP", "--delete", single, to: "/data/one").ending == .exited(0))
        #expect(try await camera.waitingFiles().contains("data/one/single.jpg"))
    }

    @Test func whatIsNotAllowedIsSaid() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let picture = try camera.picture("p.jpg")
        for option in ["--inplace", "--append", "--remove-source-files", "--secluded-args"] {
            let refused = try await camera.rsync("-a", option, picture, to: "/x/")
            #expect(refused.ending != .exited(0) && refused.errors.contains("without"), "\(option): \(refused.errors)")
        }
        #expect(contents(of: picture) != nil, "a refused run must not remove the source")
        // Links are kept out by the kernel; a file that is no picture is told apart.
        let tree = camera.folder.path + "/tree"
        mkdir(tree, 0o755)
        symlink("/etc/passwd", tree + "/link")
        try writeFile(Array("no picture at all".utf8), to: tree + "/bad.jpg")
        try writeFile(try Picture.jpeg(), to: tree + "/good.jpg")
        let mixed = try await camera.rsync("-a", tree + "/", to: "/y/")
        #expect(mixed.ending == .exited(23), "\(mixed.errors)")
        #expect(mixed.errors.contains("bad.jpg"), "\(mixed.errors)")
        #expect(ScratchFolder.names(in: camera.root + "/y").sorted() == ["bad.jpg", "good.jpg"])
        #expect(try await camera.waitingFiles() == ["y/good.jpg"])
    }

    @Test func aCutRunLeavesNoChildAndGoesOn() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let tree = camera.folder.path + "/pictures"
        mkdir(tree, 0o755)
        for number in 0..<12 {
            try writeFile(try Picture.jpeg(withCommentOf: 400_000 + number), to: tree + "/\(number).jpg")
        }
        let command = camera.rsyncCommand(["-a", "--bwlimit=100", tree + "/"], to: "/cut")
        let child = try ChildProcess(Array(command.dropFirst(2)))
        try await eventually("first picture that was taken") { try await camera.waitingFiles().isEmpty ? nil : true }
        let server = camera.appliance.binary.process.pid
        #expect(try await Self.children(of: server) > 0)
        child.send(SIGKILL)
        _ = await child.ending()
        try await eventually("end of the child") { try await Self.children(of: server) == 0 ? true : nil }
        let again = try await camera.rsync("-a", tree + "/", to: "/cut")
        #expect(again.ending == .exited(0), "\(again.errors)")
        // What had come whole before the cut is taken too, though nobody sends it again.
        try await eventually("all pictures") { try await camera.waitingFiles().count == 12 ? true : nil }
    }

    @Test func aChildThatDiesHurtsNobodyElse() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let picture = try camera.picture("big.jpg", comment: 6_000_000)
        let command = camera.rsyncCommand(["-a", "--bwlimit=200", picture], to: "/dead/")
        let child = try ChildProcess(Array(command.dropFirst(2)))
        let server = camera.appliance.binary.process.pid
        try await eventually("child") { try await Self.children(of: server) > 0 ? true : nil }
        _ = try await Program.run(["pkill", "-KILL", "-P", "\(server)", "rsync"])
        #expect(await child.ending() != .exited(0))
        try await eventually("end of the child") { try await Self.children(of: server) == 0 ? true : nil }
        #expect(try await camera.appliance.isAlive())
        #expect(try await camera.rsync("-a", picture, to: "/dead/").ending == .exited(0))
        let waiting = try await camera.waitingFiles()
        #expect(waiting == ["dead/big.jpg"], "\(ScratchFolder.names(in: camera.root + "/dead"))")
    }

    private static func children(of process: Int32) async throws -> Int {
        try await Program.run(["pgrep", "-P", "\(process)", "rsync"]).output.split(separator: "\n").count
    }
}
