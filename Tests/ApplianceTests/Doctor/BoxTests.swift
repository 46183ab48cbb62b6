import Domain
import Testing

@testable import Appliance

/// Memory, heat and time.
struct BoxTests {
    @Test func system() throws {
        let fixture = try DoctorFixture()
        try fixture.put("/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n")
        try fixture.put("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0")
        #expect(
            SystemCheck().look(fixture) == [
                .ok("gate-1: Debian GNU/Linux 12 (bookworm), Linux 6.1.0-28-arm64, Raspberry Pi 4 Model B Rev 1.4")
            ])
        #expect(SystemCheck().look(try DoctorFixture()).words.contains("unknown distribution"))
    }

    // MARK: memory

    private func memory(total: Int, available: Int) throws -> DoctorFixture {
        try DoctorFixture().put(
            "/proc/meminfo", "MemTotal:  \(total << 10) kB\nMemFree: 1 kB\nMemAvailable:  \(available << 10) kB\n")
    }

    /// MiB in all and available.
    @Test(
        arguments: [
            (3_800, 2_000, Finding.State.ok), (512, 300, .ok), (480, 300, .warning), (3_800, 100, .warning),
            (900, 50, .warning),
        ] as [(Int, Int, Finding.State)])
    func memory(total: Int, available: Int, state: Finding.State) throws {
        let findings = MemoryCheck().look(try memory(total: total, available: available))
        #expect(findings.states == [state] && findings.words.contains("\(total) MiB, \(available) MiB available"))
    }

    @Test func memoryThatIsNotShown() throws {
        #expect(MemoryCheck().look(try DoctorFixture()).states == [.unknown])
    }

    @Test func programsThatWereEnded() throws {
        let fixture = try memory(total: 900, available: 500)
        try fixture.put("/proc/vmstat", "nr_free_pages 1\noom_kill 0\n")
        #expect(MemoryCheck().look(fixture).states == [.ok])
        try fixture.put("/proc/vmstat", "nr_free_pages 1\noom_kill 3\n")
        #expect(MemoryCheck().look(fixture).words.contains("warning: since the start of the box 3 programs"))
    }

    @Test(arguments: [
        ("/dev/mmcblk0p3", true), ("/dev/zram0", false), ("/dev/sda2", false), ("/var/swap", true),
    ])
    func swap(path: String, isOnCard: Bool) throws {
        let fixture = try memory(total: 900, available: 500)
        try fixture.mount("ext4")
        try fixture.disk("mmcblk0", partition: "mmcblk0p1", number: "179:1", ["device/type": "SD\n"])
        try fixture.put("/sys/devices/platform/host/block/mmcblk0/mmcblk0p3/partition", "3\n")
        try fixture.link("/sys/class/block/mmcblk0p3", to: "../../devices/platform/host/block/mmcblk0/mmcblk0p3")
        try fixture.put("/proc/swaps", "Filename Type Size Used Priority\n\(path) partition 102396 0 -2\n")
        #expect(MemoryCheck().look(fixture).states == (isOnCard ? [.ok, .warning] : [.ok]))
    }

    // MARK: heat and power

    private func thermal(_ zones: [(type: String, temperature: String)]) throws -> DoctorFixture {
        let fixture = try DoctorFixture()
        for (number, zone) in zones.enumerated() {
            try fixture.put("/sys/class/thermal/thermal_zone\(number)/type", zone.type + "\n")
            try fixture.put("/sys/class/thermal/thermal_zone\(number)/temp", zone.temperature)
        }
        return fixture
    }

    @Test(
        arguments: [
            ([("cpu-thermal", "54768\n")], Finding.State.ok, "54 °C (cpu-thermal)"),
            ([("cpu-thermal", "60000\n"), ("gpu-thermal", "81200\n")], .warning, "81 °C (gpu-thermal)"),
            ([("broken", "-274000\n"), ("unread", "")], .ok, "shows no temperature"), ([], .ok, "shows no temperature"),
        ] as [([(String, String)], Finding.State, String)])
    func temperature(zones: [(String, String)], state: Finding.State, word: String) throws {
        let findings = TemperatureCheck().look(try thermal(zones.map { (type: $0.0, temperature: $0.1) }))
        #expect(findings.states == [state] && findings.words.contains(word), "\(findings.words)")
    }

    @Test func slowedDownByHeat() throws {
        let fixture = try thermal([("cpu-thermal", "79000\n")])
        try fixture.put("/sys/class/thermal/cooling_device0/type", "pwm-fan\n")
        try fixture.put("/sys/class/thermal/cooling_device0/cur_state", "3\n")
        try fixture.put("/sys/class/thermal/cooling_device1/type", "cpufreq-cpu0\n")
        try fixture.put("/sys/class/thermal/cooling_device1/cur_state", "0\n")
        #expect(TemperatureCheck().look(fixture).states == [.ok])
        try fixture.put("/sys/class/thermal/cooling_device1/cur_state", "2\n")
        #expect(TemperatureCheck().look(fixture).words.contains("slowed down"))
    }

    @Test func weakPowerSupply() throws {
        let fixture = try DoctorFixture()
        try fixture.put("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
        try fixture.put("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
        try fixture.put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
        #expect(TemperatureCheck().look(fixture).states == [.ok])
        try fixture.put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
        #expect(TemperatureCheck().look(fixture).words.contains("warning: the voltage"))
    }

    // MARK: clock

    private func clock() throws -> DoctorFixture {
        let fixture = try DoctorFixture()
        fixture.configuration = try load(flags: ["site.timezone": "Asia/Bangkok"])
        try fixture.put("/sys/class/rtc/rtc0/name", "rtc\n")
        return fixture
    }

    @Test func clockInOrder() throws {
        let fixture = try clock()
        try fixture.process("systemd-timesyn")
        let findings = ClockCheck().look(fixture)
        #expect(
            findings.map(\.text) == [
                "2026-11-23 01:00:00 UTC", "synchronised by systemd-timesyncd", "site.timezone is Asia/Bangkok",
            ])
        #expect(findings.states == [.ok, .ok, .ok])
    }

    @Test(
        arguments: [
            (nil, "sudo apt install systemd-timesyncd"), ("systemd-timesyn", "timedatectl timesync-status"),
            ("chronyd", "chronyc sources"), ("ntpd", "UDP port 123"),
        ] as [(String?, String)])
    func clockThatIsNotSynchronised(keeper: String?, word: String) throws {
        let fixture = try clock()
        fixture.machine.isClockSynchronised = { false }
        if let keeper { try fixture.process(keeper) }
        let findings = ClockCheck().look(fixture)
        #expect(findings.states == [.ok, .warning, .ok] && findings.words.contains(word), "\(findings.words)")
    }

    @Test func clockInThePast() throws {
        let fixture = try clock()
        fixture.machine.programMadeAt = DoctorFixture.now + .seconds(80_000)
        #expect(ClockCheck().look(fixture).states.first == .ok, "builders live elsewhere")
        fixture.machine.programMadeAt = DoctorFixture.now + .seconds(90_000)
        #expect(ClockCheck().look(fixture).first?.state == .failed)
        fixture.machine.isClockSynchronised = { nil }
        #expect(ClockCheck().look(fixture).states == [.failed, .unknown, .ok])
    }

    @Test func clockOfASiteWithoutZoneAndBattery() throws {
        let fixture = try DoctorFixture()
        let findings = ClockCheck().look(fixture)
        #expect(findings.states == [.ok, .ok, .warning, .ok], "\(findings.words)")
        #expect(findings.words.contains("midnight UTC") && findings.words.contains("a battery helps"))
        // Who has written UTC means it.
        fixture.configuration = try load(flags: ["site.timezone": "UTC"])
        #expect(ClockCheck().look(fixture).states == [.ok, .ok, .ok, .ok])
        fixture.configuration = try load()
        fixture.reading = .hidden(file: "/etc/lpr-appliance/appliance.conf")
        #expect(ClockCheck().look(fixture).states == [.ok, .ok, .unknown, .ok])
    }
}
