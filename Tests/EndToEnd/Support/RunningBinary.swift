import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The real appliance as a process of its own, listening on a free port of this machine.
final class RunningBinary: Sendable {
    let data: String
    let port: UInt16
    let process: ChildProcess

    /// Starts `serve` and waits until it says that it is ready.
    /// - Parameters:
    ///   - settings: configuration keys, as for `--set`.
    ///   - prefix: a program with arguments that starts the appliance, such as `nsenter`.
    ///   - listen: another address, for who comes back to the port that somebody knows.
    static func start(
        data: String, settings: [String: String] = [:], prefix: [String] = [], environment: [String: String] = [:],
        listen: String = "127.0.0.1:0"
    ) async throws -> RunningBinary {
        let process = try spawn(
            data: data, settings: settings, prefix: prefix, environment: environment, listen: listen)
        let address: String
        do {
            address = try await process.output.line(after: "is ready: ")
        } catch {
            throw TestFailure("\(error)\n\(process.errors.text.suffix(4_000))")
        }
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0.filter(\.isNumber)) }) else {
            throw TestFailure("no port in '\(address)'")
        }
        return RunningBinary(data: data, port: port, process: process)
    }

    /// Starts `serve` without waiting for anything.
    static func spawn(
        data: String, settings: [String: String] = [:], prefix: [String] = [], environment: [String: String] = [:],
        listen: String = "127.0.0.1:0"
    ) throws -> ChildProcess {
        let all = ["storage.min_free": "0", "ssh.listen": "127.0.0.1:0"].merging(settings) { $1 }
        return try ChildProcess(
            prefix + [try Place.binary(), "serve", "--data", data, "--listen", listen]
                + all.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] },
            environment: environment, directory: "/tmp")
    }

    private init(data: String, port: UInt16, process: ChildProcess) {
        self.data = data
        self.port = port
        self.process = process
    }

    var address: String { "http://127.0.0.1:\(port)" }

    /// A code for the first account.
    func setupCode() async throws -> String { try await answer("setup-code") }

    /// Runs a command beside it, such as `device add`.
    func command(_ arguments: String..., input: String = "") async throws -> Program.Result {
        try await Program.run([try Place.binary()] + arguments + ["--data", data], input: input)
    }

    /// Runs a command that has to succeed and gives the line that it prints.
    func answer(_ arguments: String..., input: String = "") async throws -> String {
        let result = try await Program.run([try Place.binary()] + arguments + ["--data", data], input: input)
        guard result.ending == .exited(0) else {
            throw TestFailure("\(arguments) ended with \(result.ending): \(result.errors)")
        }
        return result.line
    }

    /// Asks it to stop and waits for its end.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async -> ChildProcess.Ending {
        process.send(signal)
        return await process.ending()
    }

    /// As if the power went: it gets no chance to do anything.
    func kill() async { await stop(SIGKILL) }
}
