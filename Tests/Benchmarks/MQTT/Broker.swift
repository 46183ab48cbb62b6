#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A real mosquitto on a free port of this machine, with an empty directory of its own.
///
/// It is set up as packaging/mosquitto says, as far as that changes what is measured: sessions and what waits in them
/// are kept on disk, and as much waits as comes.
final class Broker {
    let port: UInt16
    let facts: ProcessFacts
    private let process: ChildProcess
    private let scratch: ScratchDirectory

    /// - Parameter inFlight: messages that it sends to a client before one of them is acknowledged.
    init(_ options: Options, inFlight: Int) throws(BenchmarkError) {
        scratch = try ScratchDirectory(below: options.directory)
        port = try Loopback.freePort()
        let configuration = "\(scratch.path)/mosquitto.conf"
        let output = "\(scratch.path)/output.txt"
        try FileText.write(
            """
            \(getuid() == 0 ? "user root" : "")
            listener \(port) 127.0.0.1
            allow_anonymous true
            set_tcp_nodelay true
            persistence true
            persistence_location \(scratch.path)/
            autosave_interval 60
            max_queued_messages 0
            max_inflight_messages \(inFlight)
            log_dest stdout
            log_type error
            log_type warning

            """, to: configuration)
        do throws(BenchmarkError) {
            process = try ChildProcess(Self.program, ["-c", configuration], output: output)
        } catch {
            throw BenchmarkError("\(error); the broker is needed: apt-get install mosquitto")
        }
        facts = ProcessFacts(identifier: process.identifier)
        let end = WallTime.now + 10_000_000
        while (try? Stream(port: port)) == nil {
            guard process.exitCode() == nil, WallTime.now < end else {
                throw BenchmarkError("mosquitto does not answer\n\((try? FileText.read(output)) ?? "")")
            }
            pause(.milliseconds(2))
        }
    }

    /// Debian and Ubuntu put it where only the path of root leads.
    private static var program: String {
        let usual = "/usr/sbin/mosquitto"
        return access(usual, X_OK) == 0 ? usual : "mosquitto"
    }

    var address: String { "mqtt://127.0.0.1:\(port)" }

    func stop() throws(BenchmarkError) {
        process.signal(SIGTERM)
        _ = try process.wait(atMost: .seconds(30))
    }
}
