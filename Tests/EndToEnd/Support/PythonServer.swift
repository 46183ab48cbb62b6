import Domain
import Synchronization

/// A program of `Tests/EndToEnd/Python` that runs beside a test: it writes `ready: …`, answers each line that it is
/// sent with `answer N: …`, and ends when its input does.
final class PythonServer: Sendable {
    /// What it said when it was ready.
    let ready: String
    private let name: String
    private let child: ChildProcess
    private let questions = Mutex(0)

    static func start(
        _ name: String, _ options: [String: String] = [:], limit: Duration = .seconds(610)
    ) async throws -> PythonServer {
        let child = try PythonProgram.spawn(name, options, limit: limit)
        do {
            return PythonServer(name, child, ready: try await child.output.line(after: "ready: "))
        } catch {
            throw TestFailure("\(name).py: \(error)\n\(child.errors.text.suffix(4_000))")
        }
    }

    private init(_ name: String, _ child: ChildProcess, ready: String) {
        self.name = name
        self.child = child
        self.ready = ready
    }

    @discardableResult
    func ask(_ question: String, limit: Duration = .seconds(60)) async throws -> String {
        let number = questions.withLock { count in
            count += 1
            return count
        }
        try await onOwnThread { [child] in child.write(Array((question + "\n").utf8)) }
        do {
            return try await child.output.line(after: "answer \(number): ", limit: limit)
        } catch {
            throw TestFailure("\(name).py, \(question): \(error)\n\(child.errors.text.suffix(4_000))")
        }
    }

    /// Ends it and gives what it saw.
    @discardableResult
    func finish() async throws -> JSONObject { try await PythonProgram.seen(name, child) }
}
