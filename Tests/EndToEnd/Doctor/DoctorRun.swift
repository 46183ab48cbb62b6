import Domain

/// What `lpr-appliance doctor` found.
struct DoctorRun {
    let ending: ChildProcess.Ending
    let took: Duration
    private let answer: JSONObject

    /// Runs the real program on a data directory.
    /// - Parameters:
    ///   - settings: configuration keys, as for `--set`.
    ///   - prefix: a program with arguments that starts it, such as `setpriv`.
    init(data: String, settings: [String: String] = [:], prefix: [String] = []) async throws {
        let words = settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        let result = try await Program.run(
            prefix + [try Place.binary(), "doctor", "--json", "--data", data] + words, directory: "/tmp")
        took = result.took
        ending = result.ending
        guard let answer = try JSONParser.parse(result.line).objectValue else {
            throw TestFailure("no object: \(result.output) \(result.errors)")
        }
        self.answer = answer
    }

    subscript(check: String) -> (state: String, words: String)? {
        let checks = answer["checks"]?.arrayValue?.compactMap(\.objectValue) ?? []
        guard let found = checks.first(where: { $0["id"]?.stringValue == check }) else { return nil }
        let findings = found["findings"]?.arrayValue?.compactMap(\.objectValue) ?? []
        let words = findings.map { finding in
            ["state", "text", "advice"].map { finding[$0]?.stringValue ?? "" }.joined(separator: ": ")
        }
        return (found["state"]?.stringValue ?? "", words.joined(separator: "\n"))
    }

    /// The exit code that belongs to what was found.
    var expectedEnding: ChildProcess.Ending {
        .exited(answer["status"]?.stringValue == "failed" ? 1 : 0)
    }
}
