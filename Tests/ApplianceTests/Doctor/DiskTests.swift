import Synchronization
import TestSupport
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct DiskTests {
    /// GiB that are free of 32, further settings, the state, and a word of what is said.
    @Test(
        arguments: [
            (16.0, "80%", Finding.State.ok, "16.0 GiB of 32.0 GiB are free"),
            (0.4, "80%", .failed, "new events are refused"),
            (0.9, "80%", .warning, "make room soon"), (16, "40GiB", .warning, "more than the disk has"),
            (16, "20GiB", .ok, "storage.quota is 20GiB"), (16, "0", .ok, "no old pictures are deleted"),
        ] as [(Double, String, Finding.State, String)])
    func space(free: Double, quota: String, state: Finding.State, word: String) throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4")
        fixture.configuration = try load(flags: ["storage.quota": quota, "data": fixture.data])
        fixture.machine.fileSystem = { _ in
            FileSystemUse(
                total: 32 << 30, available: Int64(free * 1_073_741_824), files: 100, filesAvailable: 50,
                isReadOnly: false)
        }
        let findings = DiskCheck().look(fixture)
        #expect(findings.states == [state, .ok] && findings.words.contains(word), "\(findings.words)")
    }

    @Test func fewFilesLeft() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4")
        fixture.machine.fileSystem = { _ in
            FileSystemUse(total: 32 << 30, available: 16 << 30, files: 1_000, filesAvailable: 49, isReadOnly: true)
        }
        let findings = DiskCheck().look(fixture)
        #expect(findings.states == [.failed, .ok, .failed, .ok])
        #expect(findings.words.contains("read-only") && findings.words.contains("only 49 more files"))
        // btrfs knows no limit.
        fixture.machine.fileSystem = { _ in
            FileSystemUse(total: 32 << 30, available: 16 << 30, files: 0, filesAvailable: 0, isReadOnly: false)
        }
        #expect(DiskCheck().look(fixture).states == [.ok, .ok])
    }

    /// Kind, further options, state, and a word of what is said.
    @Test(
        arguments: [
            ("ext4", "rw,errors=remount-ro", Finding.State.ok, "ext4 on /dev/mmcblk0p2 (rw,noatime,errors=remount-ro)"),
            ("btrfs", "rw", .ok, "btrfs"), ("f2fs", "rw,fsync_mode=posix", .ok, "f2fs"),
            ("ext4", "rw,nobarrier", .failed, "take 'nobarrier' out of /etc/fstab"),
            ("f2fs", "rw,fsync_mode=nobarrier", .failed, "fsync_mode"),
            ("ext2", "rw", .warning, "tune2fs -j /dev/mmcblk0p2"),
            ("vfat", "rw", .failed, "knows no owners"), ("exfat", "rw", .failed, "mkfs.ext4"),
            ("fuseblk", "rw", .failed, "mkfs"),
            ("nfs4", "rw", .failed, "over a network"), ("cifs", "rw", .failed, "over a network"),
            ("tmpfs", "rw", .failed, "lost when the box restarts"), ("reiserfs", "rw", .unknown, "never tried"),
            ("overlay", "rw,upperdir=/data/upper", .warning, "overlay"),
            ("overlay", "rw,upperdir=/media/root-rw/overlay", .failed, "in memory"),
        ] as [(String, String, Finding.State, String)])
    func kinds(kind: String, options: String, state: Finding.State, word: String) throws {
        let fixture = try DoctorFixture()
        try fixture.mount(kind, options: options)
        let path = fixture.root + "/proc/self/mountinfo"
        let file = try #require(fopen(path, "ae"))
        fputs("40 22 0:30 / /media/root-rw rw - tmpfs root-rw rw\n", file)
        fclose(file)
        let findings = DiskCheck().look(fixture)
        #expect(findings.states == [.ok, state] && findings.words.contains(word), "\(findings.words)")
    }

    @Test func beforeTheFirstStart() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4")
        fixture.configuration.dataDirectory = fixture.data + "/not/yet"
        let asked = Mutex<[String]>([])
        let answer = FileSystemUse(
            total: 32 << 30, available: 16 << 30, files: 100, filesAvailable: 50, isReadOnly: false)
        fixture.machine.fileSystem = { path in
            asked.withLock { $0.append(path) }
            return answer
        }
        #expect(DiskCheck().look(fixture).states == [.ok, .ok])
        #expect(asked.withLock { $0 } == [fixture.data])
    }

    @Test func mountsAreRead() throws {
        let mount = try #require(
            Mount("36 35 98:0 /a /mnt/my\\040disk rw,noatime master:1 - ext3 /dev/root rw,errors=continue"))
        #expect(mount.device == "98:0" && mount.point == "/mnt/my disk" && mount.kind == "ext3")
        #expect(mount.source == "/dev/root" && mount.options == ["rw", "noatime", "rw", "errors=continue"])
        #expect(mount.value(of: "errors") == "continue")
        for line in ["", "36 35 98:0 / /mnt", "36 35 98:0 / /mnt rw -", "a b c d e f g h i j"] {
            #expect(Mount(line) == nil, "\(line)")
        }
        let fixture = try DoctorFixture()
        try fixture.put(
            "/proc/self/mountinfo",
            """
            1 0 8:1 / / rw - ext4 /dev/sda1 rw
            2 1 8:2 / /srv rw - xfs /dev/sda2 rw
            3 2 8:3 / /srv rw - ext4 /dev/sda3 rw
            4 1 8:4 / /srv2 rw - ext4 /dev/sda4 rw

            """)
        let files = fixture.machine.files
        #expect(Mount.holding("/srv/lpr", files)?.source == "/dev/sda3", "the upper one of two")
        #expect(Mount.holding("/srv2", files)?.source == "/dev/sda4")
        #expect(Mount.holding("/srv23", files)?.source == "/dev/sda1")
    }

    /// Milliseconds of a sync.
    @Test(
        arguments: [
            (0.4, Finding.State.ok, "a sync takes 0.4 ms"), (49, .ok, "49 ms"), (80, .warning, "slow or busy"),
            (1_500, .failed, "replace it"),
        ] as [(Double, Finding.State, String)])
    func syncTimes(median: Double, state: Finding.State, word: String) throws {
        let check = DiskSpeedCheck(measure: { _ in .times(median: median, longest: median * 2) })
        let findings = check.look(try DoctorFixture())
        #expect(findings.states == [state] && findings.words.contains(word), "\(findings.words)")
    }

    @Test func syncTimesOfARealDisk() throws {
        let fixture = try DoctorFixture()
        guard case .times(let median, let longest) = SyncTimes.measure(in: fixture.data + "/tmp") else {
            Issue.record("not measured")
            return
        }
        #expect(median > 0 && longest >= median)
        #expect(ScratchFolder.names(in: fixture.data + "/tmp").isEmpty, "nothing is left")
        #expect(SyncTimes.measure(in: fixture.data + "/none") == .failed(ENOENT))
        #expect(DiskSpeedCheck(measure: { _ in .failed(EROFS) }).look(fixture).words.contains("Read-only"))
        #expect(DiskSpeedCheck(measure: { _ in .failed(EACCES) }).look(fixture).words.contains("sudo"))
        fixture.configuration.dataDirectory = fixture.data + "/none"
        #expect(DiskSpeedCheck().look(fixture).states == [.unknown])
    }
}
