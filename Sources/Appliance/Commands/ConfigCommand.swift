import ArgumentParser

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Checks and shows the configuration.", subcommands: [Check.self, Example.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Prints the effective configuration, with secrets hidden, or everything that is wrong with it.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            Console.print(String(try options.load().describe(hidingSecrets: true).dropLast()))
        }
    }

    struct Example: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "example", abstract: "Prints a configuration file with every key explained.")

        func run() {
            Console.print(String(ApplianceConfiguration.documentedExample().dropLast()))
        }
    }
}
