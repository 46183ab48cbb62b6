import ArgumentParser
import Domain
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the appliance until it is told to stop.",
        discussion: """
            Ctrl-C or SIGTERM stop it: what has begun is finished, then it exits with 0.
            Exit codes: 74 the disk is full, 75 the data directory or the port is in use, 78 the configuration is wrong.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Listens here instead of http.listen: ADDRESS:PORT. May be given several times.")
    var listen: [String] = []

    mutating func run() async throws {
        var options = options
        if !listen.isEmpty { options.settings.append("http.listen=" + listen.joined(separator: ",")) }
        let configuration = try options.load()
        // New files are nobody else's business: keys, pictures, database.
        umask(0o077)
        do {
            try await RunningAppliance.run(configuration)
        } catch let error as StoreError where error.kind == .inUse {
            Console.error(error.detail)
            throw ExitCode(ExitStatus.inUse)
        } catch let error as StoreError where error.kind == .noSpace {
            Console.error(
                "the disk is full, even \(configuration.dataDirectory) cannot be opened; free some space (\(error))")
            throw ExitCode(ExitStatus.diskFull)
        } catch let error as StartFailure {
            Console.error(error.message)
            throw ExitCode(error.exitStatus)
        }
    }
}

/// Why the appliance did not start, for the person who started it.
struct StartFailure: Error {
    let message: String
    let exitStatus: Int32
}
