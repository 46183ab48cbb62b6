/// Runs a program to its end.
enum Program {
    struct Result: Sendable {
        let ending: ChildProcess.Ending
        let bytes: [UInt8]
        let errors: String
        /// From its start to its end.
        let took: Duration

        var output: String { String(decoding: bytes, as: UTF8.self) }
        /// Without the line break at the end.
        var line: String { output.hasSuffix("\n") ? String(output.dropLast()) : output }
    }

    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:], directory: String? = nil
    ) async throws -> Result {
        let child = try ChildProcess(arguments, environment: environment, directory: directory)
        let bytes = Array(input.utf8)
        if !bytes.isEmpty { try await onOwnThread { child.write(bytes) } }
        child.closeInput()
        let ending = await child.ending()
        let errors = try await child.errors.whole()
        _ = try await child.output.whole()
        guard let took = child.lifetime else { throw TestFailure("the end of \(arguments) has no time") }
        return Result(ending: ending, bytes: child.output.bytes, errors: errors, took: took)
    }
}
