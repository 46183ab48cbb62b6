#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The release binary, running on a data directory of its own.
final class Appliance {
    let port: UInt16
    let facts: ProcessFacts
    /// From the start of the process to the first answer of `/api/health`.
    let startTime: Duration
    private let process: ChildProcess
    private let binary: String
    private let directory: String
    private let environment: [String: String]

    /// - Parameters:
    ///   - directory: a data directory, new or used.
    ///   - settings: further variables of the environment.
    init(
        _ options: Options, directory: String, settings: [String: String] = [:]
    ) throws(BenchmarkError) {
        binary = options.appliance
        self.directory = directory
        let port = try Loopback.freePort()
        self.port = port
        let common = [
            "HOME": directory, "LPR_DATA": directory, "LPR_HTTP_LISTEN": "127.0.0.1:\(port)",
            "LPR_SSH_LISTEN": "127.0.0.1:0", "LPR_SITE_ID": "bench",
            "LPR_HTTP_RATE_LIMIT_ADDRESS": "0", "LPR_HTTP_RATE_LIMIT_USER": "0", "LPR_INTAKE_RATE_LIMIT": "0",
            "LPR_LOG_LEVEL": "warning",
        ]
        environment = common.merging(settings) { $1 }
        let clock = ContinuousClock()
        let start = clock.now
        process = try ChildProcess(binary, ["serve"], environment: environment, output: "\(directory)/output.txt")
        facts = ProcessFacts(identifier: process.identifier)
        while (try? Loopback(port: port).get("/api/health"))?.status != 200 {
            guard process.exitCode() == nil, clock.now - start < .seconds(20) else {
                let output = (try? FileText.read("\(directory)/output.txt")) ?? ""
                throw BenchmarkError("\(options.appliance) does not answer\n\(output)")
            }
            pause(.milliseconds(1))
        }
        startTime = clock.now - start
    }

    /// Runs one of the commands that talk to the running appliance.
    /// - Returns: what it prints.
    func command(_ arguments: String...) throws(BenchmarkError) -> String {
        let output = "\(directory)/command.txt"
        unlink(output)
        let command = try ChildProcess(binary, arguments, environment: environment, output: output)
        let code = try command.wait(atMost: .seconds(30))
        let text = try FileText.read(output)
        guard code == 0, let line = text.split(separator: "\n").last else {
            throw BenchmarkError("lpr-appliance \(arguments.joined(separator: " ")): exit code \(code)\n\(text)")
        }
        return String(line)
    }

    /// Keys of the devices that the load is sent as.
    func deviceKeys() throws(BenchmarkError) -> [String] {
        var keys: [String] = []
        for number in 0..<SampleEvents.deviceCount {
            keys.append(try command("device", "add", SampleEvents.device(number)))
        }
        return keys
    }

    func viewerKey() throws(BenchmarkError) -> String {
        try command("key", "create", "benchmarks", "--role", "viewer")
    }

    /// What it has logged: warnings and errors.
    var output: String { (try? FileText.read("\(directory)/output.txt")) ?? "" }

    /// Ends it as a crash does.
    func kill() throws(BenchmarkError) {
        process.signal(SIGKILL)
        _ = try process.wait(atMost: .seconds(30))
    }

    /// Tells it to stop and waits.
    /// - Returns: how long it took, and the exit code.
    @discardableResult
    func stop() throws(BenchmarkError) -> (duration: Duration, exitCode: Int32) {
        let clock = ContinuousClock()
        let start = clock.now
        process.signal(SIGTERM)
        let code = try process.wait(atMost: .seconds(30))
        return (clock.now - start, code)
    }
}
