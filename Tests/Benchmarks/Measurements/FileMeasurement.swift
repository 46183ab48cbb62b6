#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Uploads by SFTP and rsync, beside OpenSSH's servers with the same client and cipher. Theirs do not sync what they
/// write unless the client asks for it; ours answers when picture and row are on disk. Hence both are measured.
enum FileMeasurement {
    private static let pictureCount = 5_000
    private static let pictureSize = 200_000
    private static let bigSize = 1 << 30
    private static let devices = 50

    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let scratch = try ScratchDirectory(below: options.directory)
        let key = scratch.path + "/key"
        try SSHClient.makeKey(key, log: scratch.path + "/keygen.txt")
        let other = try OpenSSHServer(options, publicKey: key + ".pub")
        let data = scratch.path + "/data"
        mkdir(data, 0o750)
        let port = try Loopback.freePort()
        let appliance = try Appliance(
            options, directory: data,
            settings: ["LPR_SSH_LISTEN": "127.0.0.1:\(port)", "LPR_STORAGE_QUOTA": "0", "LPR_STORAGE_MIN_FREE": "0"])
        let publicKey = try FileText.read(key + ".pub").split(separator: "\n").first.map(String.init) ?? ""
        for number in 1...devices {
            _ = try appliance.command("device", "add", "gate-\(number)")
            _ = try appliance.command("device", "key", "add", "gate-\(number)", publicKey)
        }
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
        let theirs = SSHClient(user: user, port: other.port, key: key, directory: scratch.path)
        let ours = SSHClient(user: "gate-1", port: port, key: key, directory: scratch.path)

        Console.progress("  writing files to send")
        let big = scratch.path + "/big"
        try write(random(bigSize), to: big)
        let pictures = scratch.path + "/pictures"
        mkdir(pictures, 0o750)
        for number in 0..<pictureCount { try write(picture(), to: "\(pictures)/\(number).jpg") }
        sync()

        try compare(
            "SFTP, one file of 1 GiB", Double(bigSize) / 1e6, "MB/s", options, &report,
            theirs: { round throws(BenchmarkError) in
                try theirs.sftp(["put \(big) \(other.uploads)/big-\(round)", "rm \(other.uploads)/big-\(round)"])
            },
            ours: { round throws(BenchmarkError) in try ours.sftp(["put \(big) /big-\(round)", "rm /big-\(round)"]) })
        try compare(
            "SFTP, \(pictureCount) pictures of 200 KB", Double(pictureCount), "/s", options, &report,
            theirs: { round throws(BenchmarkError) in
                try theirs.sftp(["mkdir \(other.uploads)/\(round)", "put \(pictures)/*.jpg \(other.uploads)/\(round)/"])
            },
            synced: { round throws(BenchmarkError) in
                let target = "\(other.uploads)/synced-\(round)"
                return try theirs.sftp(["mkdir \(target)", "put -f \(pictures)/*.jpg \(target)/"])
            },
            ours: { round throws(BenchmarkError) in
                try ours.sftp(["mkdir /\(round)", "put \(pictures)/*.jpg /\(round)/"])
            })
        try compare(
            "rsync, \(pictureCount) pictures of 200 KB", Double(pictureCount), "/s", options, &report,
            theirs: { round throws(BenchmarkError) in
                try theirs.rsync(pictures + "/", to: "\(other.uploads)/rsync-\(round)")
            },
            synced: { round throws(BenchmarkError) in
                try theirs.rsync(pictures + "/", to: "\(other.uploads)/rsync-synced-\(round)", isSynced: true)
            },
            ours: { round throws(BenchmarkError) in try ours.rsync(pictures + "/", to: "/rsync-\(round)") })
        try manyDevices(appliance, port: port, key: key, directory: scratch.path, pictures: pictures, &report)
        try appliance.stop()
    }

    /// Rounds of all in turn; the middle of each counts.
    /// - Parameter synced: theirs, told to sync each file.
    private static func compare(
        _ name: String, _ amount: Double, _ unit: String, _ options: Options, _ report: inout Report,
        theirs: (Int) throws(BenchmarkError) -> Double, synced: ((Int) throws(BenchmarkError) -> Double)? = nil,
        ours: (Int) throws(BenchmarkError) -> Double
    ) throws(BenchmarkError) {
        var (theirTimes, syncedTimes, ourTimes): ([Double], [Double], [Double]) = ([], [], [])
        for round in 0..<min(options.rounds, 3) {
            theirTimes.append(try theirs(round))
            if let synced { syncedTimes.append(try synced(round)) }
            ourTimes.append(try ours(round))
        }
        report.note(name, amount / ourTimes.median, unit)
        report.note("  OpenSSH's server", amount / theirTimes.median, unit)
        report.absolute("  as a multiple of OpenSSH's", theirTimes.median / ourTimes.median, "×", .atLeast(1))
        guard synced != nil else { return }
        report.note("  OpenSSH's server when it syncs each file", amount / syncedTimes.median, unit)
        report.note("  as a multiple of that", syncedTimes.median / ourTimes.median, "×")
    }

    /// Fifty devices that upload at once.
    private static func manyDevices(
        _ appliance: Appliance, port: UInt16, key: String, directory: String, pictures: String,
        _ report: inout Report
    ) throws(BenchmarkError) {
        var uploads: [ChildProcess] = []
        for number in 1...devices {
            let client = SSHClient(user: "gate-\(number)", port: port, key: key, directory: directory)
            let lines = ["mkdir /many"] + (0..<20).map { "put \(pictures)/\(number * 20 + $0).jpg /many/" }
            uploads.append(try client.startSFTP(lines, name: "device-\(number)"))
        }
        var failures = 0
        for upload in uploads where try upload.wait(atMost: .seconds(300)) != 0 { failures += 1 }
        report.check("\(devices) devices upload at once: failures", failures == 0, "\(failures)", expected: "0")
        report.absolute("  memory, peak", try appliance.facts.peakResidentMegabytes(), "MB", .below(150))
    }

    /// A JPEG's beginning and end, with noise between: nothing of it can be guessed or compressed.
    private static func picture() -> [UInt8] {
        var bytes = random(pictureSize)
        let head: [UInt8] = [
            0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xC0, 0, 11, 8,
            4,
            56, 7, 128, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0,
        ]
        bytes.replaceSubrange(0..<head.count, with: head)
        bytes.replaceSubrange(bytes.count - 2..<bytes.count, with: [0xFF, 0xD9])
        return bytes
    }

    private static func random(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let words = UnsafeMutableRawBufferPointer(buffer).bindMemory(to: UInt64.self)
            var state: UInt64 = .random(in: 1 ... .max)
            for index in words.indices {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                words[index] = state
            }
            filled = count
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(BenchmarkError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchmarkError("cannot write \(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress?.advanced(by: start), $0.count - start)
            }
            guard count > 0 else { throw BenchmarkError("cannot write \(path): \(String(cString: strerror(errno)))") }
            start += count
        }
    }
}
