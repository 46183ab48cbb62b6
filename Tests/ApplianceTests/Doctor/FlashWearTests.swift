import Testing

@testable import Appliance

/// Disks as `/sys` shows them.
struct FlashWearTests {
    private func eMMC(_ lifeTime: String?, _ spares: String? = "0x01\n") -> [String: String] {
        var files = ["device/type": "MMC\n"]
        files["device/life_time"] = lifeTime
        files["device/pre_eol_info"] = spares
        return files
    }

    /// Life time, spare blocks, state, and a word of what is said. JEDEC JESD84-B50, EXT_CSD 267 to 269.
    @Test(
        arguments: [
            ("0x01 0x01\n", "0x01\n", Finding.State.ok, "0 to 10 % used"),
            ("0x08 0x02\n", "0x01\n", .ok, "70 to 80 % used"),
            ("0x02 0x09\n", "0x01\n", .warning, "80 to 90 % used"),
            ("0x0a 0x01\n", "0x01\n", .warning, "90 to 100 % used"),
            ("0x0b 0x01\n", "0x01\n", .failed, "more behind it"),
            ("0x0B 0x0B\n", "0x03\n", .failed, "few spare blocks"),
            ("0x01 0x01\n", "0x02\n", .warning, "few spare blocks"),
            ("0x01 0x01\n", "0x03\n", .failed, "few spare blocks"),
            ("0x00 0x00\n", "0x00\n", .unknown, "does not tell"), ("0x0c 0x01\n", "0x01\n", .unknown, "does not tell"),
            (nil, nil, .unknown, "does not tell"), ("nonsense", "0x01\n", .unknown, "does not tell"),
        ] as [(String?, String?, Finding.State, String)])
    func embedded(lifeTime: String?, spares: String?, state: Finding.State, word: String) throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4")
        try fixture.disk("mmcblk0", partition: "mmcblk0p2", number: "179:2", eMMC(lifeTime, spares))
        let findings = FlashWearCheck().look(fixture)
        #expect(findings.states == [state], "\(findings.words)")
        #expect(findings.words.contains("mmcblk0 ") && findings.words.contains(word), "\(findings.words)")
    }

    @Test func card() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4")
        try fixture.disk("mmcblk0", partition: "mmcblk0p2", number: "179:2", ["device/type": "SD\n"])
        let findings = FlashWearCheck().look(fixture)
        #expect(findings.states == [.unknown] && findings.words.contains("high endurance"))
    }

    @Test func disksThatSpeakSMART() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4", device: "259:1", source: "/dev/nvme0n1p1")
        try fixture.disk("nvme0n1", partition: "nvme0n1p1", number: "259:1", ["queue/rotational": "0\n"])
        #expect(
            FlashWearCheck().look(fixture).words.contains(
                "sudo apt install smartmontools, then sudo smartctl -a /dev/nvme0n1"))
        fixture.machine.hasProgram = { $0 == "smartctl" }
        let findings = FlashWearCheck().look(fixture)
        #expect(findings.states == [.unknown] && findings.words.contains("[sudo smartctl -a /dev/nvme0n1 ("))
    }

    @Test func virtual() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4", device: "254:0", source: "/dev/vda")
        // A disk without partitions.
        try fixture.put("/sys/devices/virtio/block/vda/size", "1000\n")
        try fixture.link("/sys/dev/block/254:0", to: "../../devices/virtio/block/vda")
        #expect(FlashWearCheck().look(fixture).states == [.ok])
    }

    @Test("Encrypted: the disk below is looked at")
    func encrypted() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4", device: "253:0", source: "/dev/mapper/data")
        try fixture.disk("mmcblk1", partition: "mmcblk1p1", number: "179:9", eMMC("0x0b 0x0b\n"))
        try fixture.put("/sys/devices/virtual/block/dm-0/dm/name", "data\n")
        try fixture.link(
            "/sys/devices/virtual/block/dm-0/slaves/mmcblk1p1",
            to: "../../../../platform/host/block/mmcblk1/mmcblk1p1")
        try fixture.link("/sys/dev/block/253:0", to: "../../devices/virtual/block/dm-0")
        let findings = FlashWearCheck().look(fixture)
        #expect(findings.states == [.failed] && findings.words.contains("mmcblk1"), "\(findings.words)")
    }

    @Test("A file system in a file: the disk that holds the file is looked at")
    func loop() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("ext4", device: "7:0", source: "/dev/loop0")
        try fixture.disk("mmcblk0", partition: "mmcblk0p1", number: "179:1", eMMC("0x09 0x01\n"))
        try fixture.put("/sys/devices/virtual/block/loop0/loop/backing_file", "/srv/data.img\n")
        try fixture.link("/sys/dev/block/7:0", to: "../../devices/virtual/block/loop0")
        #expect(FlashWearCheck().look(fixture).states == [.warning])
    }

    @Test("A kind with numbers of its own names its device")
    func ownNumbers() throws {
        let fixture = try DoctorFixture()
        try fixture.mount("btrfs", device: "0:26")
        try fixture.disk("mmcblk0", partition: "mmcblk0p2", number: "179:2", eMMC("0x03 0x03\n"))
        #expect(FlashWearCheck().look(fixture).words.contains("20 to 30 % used"))
    }

    @Test func noDisk() throws {
        let fixture = try DoctorFixture()
        #expect(FlashWearCheck().look(fixture).states == [.unknown])
        try fixture.mount("tmpfs", device: "0:30", source: "tmpfs")
        #expect(FlashWearCheck().look(fixture).states == [.unknown])
        try fixture.mount("ext4", device: "179:77")
        #expect(FlashWearCheck().look(fixture).states == [.unknown])
    }
}
