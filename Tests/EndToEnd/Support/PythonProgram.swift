import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program of `Tests/EndToEnd/Python`: a client that others wrote, such as a browser or a Socket.IO library.
///
/// It prints one line of JSON with what it saw and ends with 0, or says on its standard error what was wrong. Between
/// two of its steps it may ask for something to be done to the appliance; see `steps`.
enum PythonProgram {
    /// Runs `name.py` to its end and gives what it saw.
    /// - Parameters:
    ///   - options: each becomes `--name value`.
    ///   - environment: beside this process's own.
    ///   - steps: what is done when the program writes the line `step: NAME`. What the closure gives is written back.
    /// - Throws: `TestFailure` with all that the program said, when it does not end with 0.
    static func run(
        _ name: String, _ options: [String: String], environment: [String: String] = [:],
        limit: Duration = .seconds(310),
        steps: [(name: String, action: @Sendable () async throws -> String)] = []
    ) async throws -> JSONObject {
        let child = try spawn(name, options, environment: environment, limit: limit)
        do {
            for (step, action) in steps {
                _ = try await child.output.line(after: "step: " + step, limit: limit)
                let answer = try await action()
                try await onOwnThread { child.write(Array((answer + "\n").utf8)) }
            }
        } catch {
            child.send(SIGTERM)
            _ = await child.ending()
            throw TestFailure("\(name).py: \(error)\n\(child.errors.text.suffix(4_000))")
        }
        return try await seen(name, child)
    }

    /// Starts `name.py` without waiting for anything.
    static func spawn(
        _ name: String, _ options: [String: String], environment: [String: String] = [:], limit: Duration
    ) throws -> ChildProcess {
        let python = Place.package + "/.build-python/bin/python"
        guard access(python, X_OK) == 0 else {
            throw TestFailure("there is no \(python); 'packaging/setup.sh test' makes it")
        }
        let folder = Place.package + "/Tests/EndToEnd/Python"
        // The program is told first, so that it can end what it has started itself.
        return try ChildProcess(
            ["timeout", "--kill-after=10", "\(limit.components.seconds)", python, "-B", "\(folder)/\(name).py"]
                + options.sorted { $0.key < $1.key }.flatMap { ["--" + $0.key, $0.value] },
            environment: environment.merging(["PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"]) { $1 })
    }

    /// Closes the input of a program, waits for its end and gives what it saw.
    static func seen(_ name: String, _ child: ChildProcess) async throws -> JSONObject {
        child.closeInput()
        let ending = await child.ending()
        let errors = try await child.errors.whole()
        let output = try await child.output.whole()
        let last = output.split(separator: "\n").last.map(String.init) ?? ""
        guard ending == .exited(0), let seen = (try? JSONParser.parse(last))?.objectValue else {
            throw TestFailure("\(name).py ended with \(ending)\n\(errors.suffix(6_000))\n\(output.suffix(2_000))")
        }
        return seen
    }
}
