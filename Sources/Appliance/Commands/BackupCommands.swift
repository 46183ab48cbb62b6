import ArgumentParser
import Domain
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the database of the running appliance into backups/; prints the path.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let answer = try await AdminClient(options.load()).send(.post, "/backup")
        Console.print(answer["path"]?.stringValue ?? "")
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a backup in the place of the database, while the appliance is stopped.",
        discussion: """
            The database that was there is moved aside, never deleted. Root does it as the user whom the data directory
            belongs to.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The backup; default: the newest.")
    var backup: String?

    func run() async throws {
        let directory = try options.load().dataDirectory
        let owner = DataOwner(of: directory)
        do {
            try owner?.takeOverFromRoot()
        } catch {
            Console.error(error.message)
            throw ExitCode(error.exitStatus)
        }
        let backups = Backups(directory: directory)
        guard let path = backup ?? backups.newest() else {
            Console.error("there is no backup in \(backups.directory)")
            throw ExitCode(ExitStatus.usage)
        }
        if access(path, R_OK) != 0, errno == EACCES {
            let user = owner?.name ?? ""
            Console.error(
                "user \(user), whom the data belongs to, may not read \(path); give it a copy first: "
                    + "install -o \(user) -m 600 \(path) \(backups.directory)/")
            throw ExitCode(ExitStatus.usage)
        }
        do {
            let aside = try Backups.restore(path, into: directory, now: SystemClock.now)
            Console.print("restored \(path)" + (aside.map { "; the database before is \($0)" } ?? ""))
        } catch let error as StoreError {
            Console.error("\(error)")
            throw ExitCode(error.kind == .inUse ? ExitStatus.inUse : ExitStatus.usage)
        }
    }
}
