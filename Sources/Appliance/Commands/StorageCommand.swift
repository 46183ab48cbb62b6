import ArgumentParser
import Domain

struct StorageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage",
        abstract: "Shows how the running appliance uses the disk; makes room on it.",
        subcommands: [ShowStorageCommand.self, SweepStorageCommand.self],
        defaultSubcommand: ShowStorageCommand.self)
}

struct ShowStorageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows use by class and by device, and when the disk will be full.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print all of it as JSON.")
    var json = false

    func run() async throws {
        let answer = try await AdminClient(options.load()).send(.get, "/storage")
        Console.print(json ? JSONValue.object(answer).text : StorageText.report(answer))
    }
}

struct SweepStorageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Deletes the oldest pictures until no more than the low mark is in use.",
        discussion: "What the marks are and in which order things go is described in docs/storage.md.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Only say what would go.")
    var dryRun = false

    func run() async throws {
        let client = AdminClient(try options.load())
        if dryRun {
            let plan = try await client.send(.post, "/storage/sweep", ["dry_run": true])
            Console.print(StorageText.plan(plan))
            return
        }
        let before = try await client.send(.get, "/storage?devices=1")
        _ = try await client.send(.post, "/storage/sweep", ["dry_run": false])
        while true {
            try await Task.sleep(for: .milliseconds(500))
            let now = try await client.send(.get, "/storage?devices=1")
            guard now["sweeping"]?.boolValue != true else { continue }
            let newest = now["sweeps"]?.arrayValue?.first?.objectValue
            guard let newest, newest["started_at"] != before["sweeps"]?.arrayValue?.first?.objectValue?["started_at"]
            else {
                Console.error("the sweep is not remembered; see the log")
                throw ExitCode.failure
            }
            Console.print(StorageText.sweep(newest))
            if newest["outcome"]?.stringValue != "done" { throw ExitCode.failure }
            return
        }
    }
}
