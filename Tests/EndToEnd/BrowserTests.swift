import Testing

/// A real browser shows the page: its scripts run, and nothing on it is refused by its own security policy.
@Suite(.oneOfAFew, .timeLimit(.minutes(2))) struct BrowserTests {
    private static func browser() async throws -> String {
        for name in ["chromium", "chromium-browser", "google-chrome"] {
            let found = try await Program.run(["sh", "-c", "command -v \(name)"])
            if found.ending == .exited(0) { return name }
        }
        throw TestFailure("there is no Chromium; 'make test' installs it, or 'apt-get install chromium' does")
    }

    @Test func setupPageIsShown() async throws {
        let browser = try await Self.browser()
        let appliance = try await Appliance.start()
        let result = try await Program.run([
            "timeout", "90", browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--lang=en", "--user-data-dir=\(appliance.directory)/browser", "--enable-logging=stderr",
            "--virtual-time-budget=10000", "--dump-dom", appliance.binary.address + "/",
        ])
        #expect(result.ending == .exited(0), "\(result.errors.suffix(2_000))")
        #expect(result.output.contains("name=\"setup_code\""), "\(result.output.prefix(4_000))")
        #expect(result.output.contains("name=\"password\""))
        let refused = result.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }
        #expect(!refused.contains { $0.contains("Content Security Policy") || $0.contains("Uncaught") }, "\(refused)")
    }
}
