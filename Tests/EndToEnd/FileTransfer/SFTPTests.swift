import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// SFTP by the clients of others.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct SFTPTests {
    @Test func pictureFirstOrEventFirst() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let first = try camera.picture("first.jpg", comment: 1_000)
        let put = try await camera.sftp(
            "-mkdir /data/lpr_images", "put \(first) /data/lpr_images/first.jpg", "ls -l /data/lpr_images", "df")
        #expect(put.ending == .exited(0), "\(put.errors)")
        #expect(put.output.contains("first.jpg"))
        #expect(try await camera.waitingFiles() == ["data/lpr_images/first.jpg"])
        #expect(try await camera.announce("one", path: "/data/lpr_images/first.jpg").status == 201)
        #expect(try await camera.image(of: "one") == contents(of: first))
        #expect(try await camera.waitingFiles().isEmpty)

        #expect(try await camera.announce("two", path: "/data/lpr_images/second.jpg").status == 201)
        #expect(try await camera.image(of: "two") == nil)
        let second = try camera.picture("second.jpg", comment: 2_000)
        #expect(try await camera.sftp("put \(second) /data/lpr_images/second.jpg").ending == .exited(0))
        #expect(try await camera.image(of: "two") == contents(of: second))

        // By the name of the file alone, and by a sidecar.
        #expect(try await camera.announce("by-name", path: nil).status == 201)
        let third = try camera.picture("by-name.jpg", comment: 3_000)
        let sidecar = camera.folder.path + "/s.json"
        try writeFile(Array(#"{"event_id":"side","license_plate":"2ขข 9","image_path":"s.jpg"}"#.utf8), to: sidecar)
        let fourth = try camera.picture("s.jpg", comment: 4_000)
        let rest = try await camera.sftp("put \(third)", "put \(sidecar)", "put \(fourth)")
        #expect(rest.ending == .exited(0), "\(rest.errors)")
        #expect(try await camera.image(of: "by-name") == contents(of: third))
        #expect(try await camera.image(of: "side") == contents(of: fourth))

        // What was taken can be fetched, and does not lie there twice.
        let back = camera.folder.path + "/back.jpg"
        #expect(try await camera.sftp("get /data/lpr_images/first.jpg \(back)").ending == .exited(0))
        #expect(contents(of: back) == contents(of: first))
        var status = stat()
        #expect(stat(camera.root + "/data/lpr_images/first.jpg", &status) == 0 && status.st_blocks == 0)
    }

    @Test func aCutUploadIsResumed() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let picture = try camera.picture("cut.jpg", comment: 3_000_000)
        let size = try #require(contents(of: picture)).count
        // A slow link: a minute for the whole, so that it is in the middle when it is cut.
        let child = try ChildProcess(
            ["sftp", "-P", camera.port, "-l", "400"] + camera.options + ["-b", "-", camera.target])
        try await onOwnThread { child.write(Array("put \(picture) /cut.jpg\n".utf8)) }
        let partial = camera.root + "/cut.jpg"
        try await eventually("partial upload") {
            var status = stat()
            return stat(partial, &status) == 0 && status.st_size > 100_000 ? true : nil
        }
        child.send(SIGKILL)
        _ = await child.ending()
        #expect(try await camera.waitingFiles().isEmpty)
        let resumed = try await camera.sftp("reput \(picture) /cut.jpg")
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        #expect(try await camera.waitingFiles() == ["cut.jpg"])
        #expect(try await camera.announce("cut", path: nil).status == 201)
        #expect(try await camera.image(of: "cut") == contents(of: picture))
        #expect(try await camera.image(of: "cut")?.count == size)
    }

    @Test func otherClients() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let picture = try camera.picture("p.jpg")
        let tree = camera.folder.path + "/tree"
        mkdir(tree, 0o755)
        mkdir(tree + "/ใน", 0o755)
        for name in ["a.jpg", "ใน/1กก 1234.jpg"] { try writeFile(try Picture.jpeg(), to: tree + "/" + name) }
        let paramiko = try await PythonProgram.run(
            "sftp_camera",
            [
                "port": camera.port, "user": camera.name, "password": camera.appliance.deviceKey, "key": camera.key,
                "picture": picture,
            ])
        #expect(paramiko["size"]?.integerValue == contents(of: picture).map { Int64($0.count) })

        #expect(try await camera.scp(picture, to: "/scp/p.jpg").ending == .exited(0))
        #expect(try await camera.scp("-r", tree, to: "scp").ending == .exited(0))
        let remote = [
            "RCLONE_CONFIG_BOX_TYPE": "sftp", "RCLONE_CONFIG_BOX_HOST": "127.0.0.1",
            "RCLONE_CONFIG_BOX_PORT": camera.port,
            "RCLONE_CONFIG_BOX_USER": camera.name, "RCLONE_CONFIG_BOX_KEY_FILE": camera.key,
            "RCLONE_CONFIG": camera.folder.path + "/rclone.conf",
        ]
        let rclone = try await Program.run(
            ["timeout", "60", "rclone", "copy", tree, "box:/rclone"], environment: remote)
        #expect(rclone.ending == .exited(0), "\(rclone.errors)")
        let again = try await Program.run(
            ["timeout", "60", "rclone", "-v", "copy", tree, "box:/rclone"], environment: remote)
        #expect(again.ending == .exited(0) && !again.errors.contains("Copied"), "\(again.errors)")
        let lftp = try await Program.run([
            "timeout", "60", "lftp", "-e",
            "set sftp:auto-confirm yes; set net:max-retries 1; mkdir -p /lftp; put \(picture) -o /lftp/p.jpg; bye",
            "-u",
            "\(camera.name),\(camera.appliance.deviceKey)", "sftp://127.0.0.1:\(camera.port)",
        ])
        #expect(lftp.ending == .exited(0), "\(lftp.errors)")
        #expect(
            try await camera.waitingFiles().sorted() == [
                "lftp/p.jpg", "paramiko/2026/11/p.jpg", "rclone/a.jpg", "rclone/ใน/1กก 1234.jpg", "scp/p.jpg",
                "scp/tree/a.jpg", "scp/tree/ใน/1กก 1234.jpg",
            ])
    }

    @Test func keysAreChangedOftenInALongSession() async throws {
        let camera = try await FileCamera(try await Appliance.start())
        let picture = try camera.picture("long.jpg", comment: 6_000_000)
        let put = try await camera.sftp("put \(picture) /long.jpg", options: ["-o", "RekeyLimit=256K"])
        #expect(put.ending == .exited(0), "\(put.errors)")
        #expect(try await camera.waitingFiles() == ["long.jpg"])
        let back = camera.folder.path + "/back.jpg"
        #expect(
            try await camera.sftp("get /long.jpg \(back)", options: ["-o", "RekeyLimit=256K"]).ending == .exited(0))
        #expect(contents(of: back) == contents(of: picture))
    }
}
