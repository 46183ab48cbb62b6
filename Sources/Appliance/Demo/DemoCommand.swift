import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOSSL
import UnixSignals

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Simulates cameras that send plate reads with pictures to the appliance on this box.",
        discussion: """
            The cameras are registered as demo-gate-1, demo-gate-2 and so on, and send through the public API, as \
            real ones do. The pictures are drawn.

            Waits for the appliance when it does not run yet. Ctrl-C or SIGTERM end it.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Events per second of all cameras together: 0.1 to 50.")
    var rate = 2.0

    @Option(help: "Number of cameras: 1 to 16.")
    var cameras = 3

    @Option(help: "Ends after as many events. Default: goes on until Ctrl-C.")
    var count: Int?

    @Option(help: "The address of the appliance. Default: that of http.listen.")
    var url: String?

    @Option(help: "Makes the same choices in every run: 0 to 18446744073709551615.")
    var seed: UInt64?

    func validate() throws {
        guard (0.1...50).contains(rate) else { throw ValidationError("--rate must be between 0.1 and 50, not \(rate)") }
        guard (1...16).contains(cameras) else {
            throw ValidationError("--cameras must be between 1 and 16, not \(cameras)")
        }
        if let count, count < 1 { throw ValidationError("--count must be at least 1, not \(count)") }
        if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            throw ValidationError("--url must begin with http:// or https://, not '\(url)'")
        }
    }

    func run() async throws {
        let configuration = try options.load()
        let door = DemoDoor(admin: AdminClient(configuration), url: url, configuration: configuration)
        let generator = DemoGenerator(
            cameras: (1...cameras).map { DemoCamera(number: $0) }, rate: rate, seed: seed ?? .random(in: 0...UInt64.max)
        )
        try await HTTPClient.withHTTPClient(configuration: clientConfiguration) { client in
            let run = DemoRun(door: door, client: client, generator: generator)
            try await untilSignal { try await run.run(count: count) }
            Console.print(await run.summary)
        }
    }

    private var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        // The demo itself waits and tries again, and says so.
        configuration.connectionPool.retryConnectionEstablishment = false
        if url == nil {
            // The way to this very box cannot be tapped from outside, and its certificate names another address.
            configuration.tlsConfiguration = .makeClientConfiguration()
            configuration.tlsConfiguration?.certificateVerification = .none
        }
        return configuration
    }

    /// Runs until the work is done or a signal asks to end; the latter is no error.
    private func untilSignal(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await work()
                } catch is CancellationError {}
            }
            group.addTask {
                for await _ in signals { return }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
