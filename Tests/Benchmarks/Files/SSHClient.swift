#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The clients of OpenSSH and rsync, with one key, against one server.
struct SSHClient {
    let user: String
    let port: UInt16
    let key: String
    /// A directory for what the programs say.
    let directory: String
    var cipher = "aes128-gcm@openssh.com"

    static func makeKey(_ path: String, log: String) throws(BenchmarkError) {
        let made = try ChildProcess("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path], output: log)
        guard try made.wait(atMost: .seconds(20)) == 0 else { throw BenchmarkError("ssh-keygen failed") }
    }

    private var options: [String] {
        [
            "-c", cipher, "-i", key, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o",
            "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes",
        ]
    }

    /// Starts an upload by `sftp`.
    /// - Parameter name: of this upload among others at once.
    func startSFTP(_ lines: [String], name: String) throws(BenchmarkError) -> ChildProcess {
        let batch = "\(directory)/\(name).batch"
        try FileText.write(lines.joined(separator: "\n") + "\n", to: batch)
        return try ChildProcess(
            "sftp", ["-q", "-P", "\(port)"] + options + ["-b", batch, "\(user)@127.0.0.1"],
            environment: ["HOME": directory], output: "\(directory)/\(name).txt")
    }

    /// Seconds of an upload by `sftp`.
    func sftp(_ lines: [String], name: String = "sftp") throws(BenchmarkError) -> Double {
        try time(name) { () throws(BenchmarkError) in try startSFTP(lines, name: name) }
    }

    /// Seconds of an upload by `rsync`.
    /// - Parameter isSynced: the server syncs each file.
    func rsync(_ source: String, to target: String, isSynced: Bool = false) throws(BenchmarkError) -> Double {
        let shell = (["ssh", "-p", "\(port)"] + options).joined(separator: " ")
        return try time("rsync") { () throws(BenchmarkError) in
            try ChildProcess(
                "rsync",
                ["-a"] + (isSynced ? ["--fsync"] : []) + ["-e", shell, source, "\(user)@127.0.0.1:\(target)"],
                environment: ["HOME": directory], output: "\(directory)/rsync.txt")
        }
    }

    private func time(
        _ name: String, _ start: () throws(BenchmarkError) -> ChildProcess
    ) throws(BenchmarkError) -> Double {
        let clock = ContinuousClock()
        let begin = clock.now
        let code = try start().wait(atMost: .seconds(300), every: .milliseconds(1))
        let duration = (clock.now - begin).seconds
        guard code == 0 else {
            throw BenchmarkError(
                "\(name) ended with \(code): \((try? FileText.read("\(directory)/\(name).txt")) ?? "")")
        }
        return duration
    }
}
