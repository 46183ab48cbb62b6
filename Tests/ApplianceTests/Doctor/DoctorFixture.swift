import Domain
import TestSupport
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A box of files, with a data directory: no real one can be made to show a worn eMMC.
///
/// Not Sendable, and made for one test.
final class DoctorFixture {
    private let folder: ScratchFolder
    /// Stands for `/`.
    let root: String
    /// A data directory as the appliance makes it, outside of the box.
    let data: String
    var machine: Machine
    var configuration: ApplianceConfiguration
    var reading = ConfigurationReading.noFile
    var contact = ServiceReading.Contact.notRunning
    var unit: ServiceUnit?

    /// 2026-11-23T01:00:00Z.
    static let now = Instant(seconds: 1_795_395_600)

    init() throws {
        folder = try ScratchFolder()
        // As the kernel and realpath name it.
        let path = try #require(SystemFiles().resolved(folder.path))
        (root, data) = (path + "/root", path + "/data")
        machine = Machine(
            files: SystemFiles(root: root), hostName: "gate-1", kernel: "6.1.0-28-arm64", userID: geteuid(),
            now: { Self.now }, programMadeAt: nil, isClockSynchronised: { true }, landlockVersion: { 4 },
            fileSystem: { _ in
                FileSystemUse(
                    total: 32 << 30, available: 16 << 30, files: 2_000_000, filesAvailable: 1_000_000, isReadOnly: false
                )
            },
            hasProgram: { _ in false }, run: { _, _ in nil })
        configuration = ApplianceConfiguration(host: .bare)
        configuration.dataDirectory = data
        for directory in [root, data] { try #require(mkdir(directory, 0o750) == 0) }
        for name in ["images", "tmp", "incoming", "backups"] { try #require(mkdir("\(data)/\(name)", 0o750) == 0) }
        try #require(mkdir(data + "/keys", 0o700) == 0)
    }

    var context: DoctorContext {
        DoctorContext(
            machine: machine, configuration: configuration, reading: reading,
            service: ServiceReading(contact: contact, unit: unit))
    }

    /// Writes a file of the box, with the directories above it.
    @discardableResult
    func put(_ path: String, _ text: String = "") throws -> DoctorFixture {
        try Self.makeFolder(above: root + path)
        try Self.write(text, to: root + path)
        return self
    }

    /// Lays a link in the box, as `/sys` does.
    @discardableResult
    func link(_ path: String, to target: String) throws -> DoctorFixture {
        try Self.makeFolder(above: root + path)
        try #require(symlink(target, root + path) == 0)
        return self
    }

    /// Says what is mounted where the data directory is.
    func mount(
        _ kind: String, device: String = "179:2", source: String = "/dev/mmcblk0p2", options: String = "rw"
    ) throws {
        try put(
            "/proc/self/mountinfo",
            """
            22 1 179:1 / / rw,relatime shared:1 - ext4 /dev/mmcblk0p1 rw
            36 22 \(device) / \(data) rw,noatime shared:2 - \(kind) \(source) \(options)

            """)
    }

    /// A disk with one partition, as `/sys` shows it.
    /// - Parameters:
    ///   - files: below the directory of the disk.
    func disk(_ name: String, partition: String, number: String, _ files: [String: String] = [:]) throws {
        let folder = "/sys/devices/platform/host/block/\(name)"
        try put("\(folder)/\(partition)/partition", "2\n")
        for (file, text) in files { try put("\(folder)/\(file)", text) }
        try link("/sys/dev/block/\(number)", to: "../../devices/platform/host/block/\(name)/\(partition)")
        try link("/sys/class/block/\(partition)", to: "../../devices/platform/host/block/\(name)/\(partition)")
    }

    /// A process of that name.
    func process(_ name: String, _ number: Int = 812) throws { try put("/proc/\(number)/comm", name + "\n") }

    /// Answers of programs, by the program and its arguments.
    func answer(_ answers: [String: String]) {
        machine.run = { name, arguments in
            let line = ([name] + arguments).joined(separator: " ")
            return answers.first { line.contains($0.key) }.map { ProgramCall.Result(exitStatus: 0, output: $0.value) }
        }
    }

    func writeData(_ path: String, _ text: String = "", mode: mode_t = 0o600) throws {
        try Self.write(text, to: "\(data)/\(path)")
        try #require(chmod("\(data)/\(path)", mode) == 0)
    }

    private static func makeFolder(above path: String) throws {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            try #require(mkdir(folder, 0o755) == 0 || errno == EEXIST)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "we"))
        fputs(text, file)
        try #require(fclose(file) == 0)
    }
}

extension BlockingDoctorCheck {
    func look(_ fixture: DoctorFixture) -> [Finding] { look(fixture.context) }
}

extension [Finding] {
    var states: [Finding.State] { map(\.state) }
    /// Everything that was said, for looking for a word.
    var words: String { map { "\($0.state): \($0.text) [\($0.advice ?? "")]" }.joined(separator: "\n") }
}

/// A server that accepts connections and says one thing, if anything.
final class SmallServer: Sendable {
    let port: Int
    private let descriptor: Int32

    /// - Parameters:
    ///   - greeting: for each connection; nil: nobody is ever accepted.
    ///   - backlog: how many connections may wait to be accepted, beside one.
    init(greeting: String? = nil, backlog: Int32 = 16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, backlog) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
        guard let greeting else { return }
        Task {
            try await blocking {
                while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                    _ = greeting.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                    close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    var address: ListenAddress { ListenAddress(address: IPAddress(family: .v4, bits: 0x7f00_0001), port: port) }
}
