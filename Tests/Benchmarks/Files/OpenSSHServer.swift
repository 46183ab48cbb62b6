#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A real OpenSSH server on a free port of this machine, for whoever runs it, by the key in its directory.
final class OpenSSHServer {
    let port: UInt16
    /// Where uploads go.
    let uploads: String
    private let process: ChildProcess
    private let scratch: ScratchDirectory

    /// - Parameter publicKey: a file; whoever has the other half may log in.
    init(_ options: Options, publicKey: String) throws(BenchmarkError) {
        scratch = try ScratchDirectory(below: options.directory)
        port = try Loopback.freePort()
        uploads = scratch.path + "/uploads"
        mkdir(uploads, 0o700)
        let hostKey = scratch.path + "/host"
        try SSHClient.makeKey(hostKey, log: scratch.path + "/keygen.txt")
        let configuration = scratch.path + "/sshd_config"
        let output = scratch.path + "/output.txt"
        try FileText.write(
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(hostKey)
            AuthorizedKeysFile \(publicKey)
            StrictModes no
            UsePAM no
            PidFile none
            PermitRootLogin yes
            Subsystem sftp /usr/lib/openssh/sftp-server

            """, to: configuration)
        // Its own directory, which systemd would make.
        mkdir("/run/sshd", 0o755)
        process = try ChildProcess("/usr/sbin/sshd", ["-D", "-e", "-f", configuration], output: output)
        let end = WallTime.now + 10_000_000
        while (try? Stream(port: port)) == nil {
            guard process.exitCode() == nil, WallTime.now < end else {
                throw BenchmarkError("sshd does not answer\n\((try? FileText.read(output)) ?? "")")
            }
            pause(.milliseconds(2))
        }
    }
}
