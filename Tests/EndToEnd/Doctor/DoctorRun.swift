import Domain

/// What `lpr-appliance doctor` found.
struct DoctorRun {
    let ending: ChildProcess.Ending
    let took: Duration
    private let answer: JSONObject

    /// Runs the real program on a data directory.
    ///
    /// Its checks wait for a second or a few and no longer, so that on a busy machine one or the other says that
    /// something does not answer. It is asked again then, ten times at most; one that is wrong is wrong every time.
    /// - Parameters:
    ///   - settings: configuration keys, as for `--set`.
    ///   - prefix: a program with arguments that starts it, such as `setpriv`.
    ///   - wanted: checks, each with its state or with some of its words.
    init(
        data: String, settings: [String: String] = [:], prefix: [String] = [], until wanted: [String: String] = [:]
    ) async throws {
        var run = try await Self.once(data, settings, prefix)
        for _ in 1..<10 where !run.shows(wanted) { run = try await Self.once(data, settings, prefix) }
        self = run
    }

    private init(_ result: Program.Result) throws {
        took = result.took
        ending = result.ending
        guard let answer = try JSONParser.parse(result.line).objectValue else {
            throw TestFailure("no object: \(result.output) \(result.errors)")
        }
        self.answer = answer
    }

    private static func once(_ data: String, _ settings: [String: String], _ prefix: [String]) async throws -> Self {
        let words = settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        return try Self(
            try await Program.run(
                prefix + [try Place.binary(), "doctor", "--json", "--data", data] + words, directory: "/tmp"))
    }

    private func shows(_ wanted: [String: String]) -> Bool {
        wanted.allSatisfy { check, text in self[check]?.state == text || self[check]?.words.contains(text) == true }
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
