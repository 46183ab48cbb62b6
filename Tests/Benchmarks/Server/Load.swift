/// One run of wrk, the load generator.
final class Load {
    struct Result {
        /// Answers that were a success.
        let answers: Int
        /// Answers that were no success, and connections that broke.
        let failures: Int
        let seconds: Double
        let medianMilliseconds: Double
        let p99Milliseconds: Double

        var perSecond: Double { Double(answers) / seconds }
    }

    private let process: ChildProcess
    private let output: String
    private let seconds: Int

    /// - Parameters:
    ///   - eventsPerRequest: 1 posts single events, more post batches.
    ///   - directory: where the script and the output lie for the time of the run.
    init(
        port: UInt16, keys: [String], connections: Int, eventsPerRequest: Int, seconds: Int, directory: String
    ) throws(BenchmarkError) {
        let script = "\(directory)/load.lua"
        try FileText.write(LoadScript.text(keys: keys, eventsPerRequest: eventsPerRequest), to: script)
        output = "\(directory)/load.txt"
        self.seconds = seconds
        try FileText.write("", to: output)
        do throws(BenchmarkError) {
            process = try ChildProcess(
                "wrk",
                [
                    "-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "10s", "-s", script,
                    "http://127.0.0.1:\(port)",
                ], output: output)
        } catch {
            throw BenchmarkError("\(error); the load generator is needed: apt-get install wrk")
        }
    }

    func wait() throws(BenchmarkError) -> Result {
        let code = try process.wait(atMost: .seconds(seconds + 30), every: .milliseconds(50))
        let text = try FileText.read(output)
        let line = text.split(separator: "\n").last { $0.hasPrefix("RESULT ") }
        let numbers = (line ?? "").split(separator: " ").dropFirst().compactMap { Double($0) }
        guard code == 0, numbers.count == 5 else {
            throw BenchmarkError("wrk: exit code \(code)\n\(text)")
        }
        return Result(
            answers: Int(numbers[0]), failures: Int(numbers[1]), seconds: numbers[2] / 1e6,
            medianMilliseconds: numbers[3] / 1e3, p99Milliseconds: numbers[4] / 1e3)
    }
}
