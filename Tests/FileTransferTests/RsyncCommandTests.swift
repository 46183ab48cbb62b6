import Testing

@testable import FileTransfer

@Suite struct RsyncCommandTests {
    @Test(arguments: [
        ("rsync --server -logDtprze.iLsfxCIvu --log-format=X --partial . /data/lpr_images", "data/lpr_images"),
        ("rsync --server -vlogDtprze.iLsfxCIvu --delete . .", ""),
        ("rsync --server -e.LsfxCIvu . x.jpg", "x.jpg"),
        ("rsync --server -logDtpre.iLsfxCIvu --partial-dir .p --delay-updates . ../../etc", "etc"),
        (
            "rsync --server -logDtpre.iLsfxCIvu --max-size=1048576 --bwlimit=500 --timeout=30 . /data/lpr\\ images/",
            "data/lpr images"
        ),
        ("rsync --server -vvlogDtpre.iLsfxCIvu --log-format=%i . '/data/กล้อง 1'", "data/กล้อง 1"),
    ])
    func whatCamerasRunIsUnderstood(command: String, target: String) throws {
        let command = try RsyncCommand(command)
        #expect(command.target.text == target)
        #expect(!command.letters.prefix { $0 != "e" }.contains("p"), "permissions are the box's own")
    }

    @Test(arguments: [
        "", "ls", "rsync", "rsync --daemon .", "rsync --server", "rsync --server . /x", "scp -t /x",
        "rsync --server --sender -logDtpre.iLsfxCIvu . /data", "rsync --server -logDtpre.iLsfxCIvu --inplace . /x",
        "rsync --server -slogDtprze.iLsfxCIvu", "rsync --server -logDtpre.iLsfxCIvu --remove-source-files . /x",
        "rsync --server -logDtpre.iLsfxCIvu --log-file=/etc/x . /x", "rsync --server -tre.LsfxCIvu . /x /y",
        "rsync --server -tre.LsfxCIvu --temp-dir=/etc . /x", "rsync --server -tre.LsfxCIvu --backup-dir=/etc . /x",
        "rsync --server -tre.LsfxCIvu --rsync-path=sh . /x", "rsync --server -tre.LsfxCIvu . /x; reboot",
        "rsync --server -tre.LsfxCIvu . $(reboot)", "rsync --server -tre.LsfxCIvu . `reboot`",
        "rsync --server -tre.LsfxCIvu . /x\nreboot", "rsync --server -tre.LsfxCIvu . 'x", "rsync --server -He.Ls . x",
        "rsync --server -tre.LsfxCIvu --timeout=1x . /x", "rsync --server -tre.LsfxCIvu --timeout . /x",
        "rsync --server -tr -e.LsfxCIvu . /x", "rsync --server -tre.Lsf/../x . /x", "rsync  --server -M--daemon . x",
        "sudo rsync --server -tre.LsfxCIvu . /x", "rsync --server -tre.LsfxCIvu --config=/etc/x . /x",
    ])
    func nothingElseIsRun(command: String) {
        #expect(throws: RsyncRefusal.self) { try RsyncCommand(command) }
    }

    @Test func theChildsCommandIsPutTogetherAnew() throws {
        let command = try RsyncCommand("rsync --server -tre.LsfxCIvu --delete . /-x/--y.jpg")
        #expect(command.namesFile)
        let arguments = command.arguments(name: command.target.last, names: "/n")
        #expect(
            arguments == [
                "rsync", "--server", "-tre.LsfxCIvu", "--delete", "--partial-dir=.rsync-partial", "--log-file=/n",
                "--log-file-format=%i %n", "--8-bit-output", "--no-super", "--numeric-ids", ".", "./--y.jpg",
            ])
    }

    @Test(arguments: [
        ("/data/lpr_images", false), ("/data/a.jpg", true), ("/data/a.jpg/", false), ("/", false), ("cam.2026", true),
        (".hidden", false), ("v1.x", false),
    ])
    func aTargetIsAFileWhenItLooksLikeOne(path: String, isFile: Bool) throws {
        #expect(try RsyncCommand("rsync --server -tre.LsfxCIvu . \(path)").namesFile == isFile)
    }

    @Test func theLogTellsReceivedFiles() {
        var log = RsyncLog()
        let text = """
            2026/11/24 20:33:12 [4711] receiving file list
            2026/11/24 20:33:12 [4711] >f+++++++++ gate/1กก 1234.jpg
            2026/11/24 20:33:12 [4711] cd+++++++++ gate/
            2026/11/24 20:33:13 [4711] >f.st...... [x] 2.jpg
            2026/11/24 20:33:13 [4711] sent 1 bytes  received 2 bytes  total size 3

            """
        var names: [String?] = []
        for byte in text.utf8 { names += log.add([byte]) }
        #expect(names == ["gate/1กก 1234.jpg", "[x] 2.jpg"])
        let escaped = Array("1 [2] >f+++++++++ 1".utf8) + [0xE0, 0xB8] + Array("\\#201.jpg".utf8) + [0x0A]
        #expect(log.add(escaped) == ["1ก.jpg"])
        #expect(log.add(Array("1 [2] >f+++++++++ \\#134#201\\#12\n".utf8)) == ["\\#201\\#12"])
        #expect(log.add([UInt8](repeating: 0x5D, count: 100_000)).isEmpty)
        #expect(log.add(Array("\n1 [2] >f+++++++++ ".utf8) + [0xFF, 0x0A]) == [nil])
        #expect(log.add(Array("1 [2] >f+++++++++ x\n".utf8)) == ["x"])
    }
}
