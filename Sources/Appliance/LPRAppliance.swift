import ArgumentParser

/// `lpr-appliance`, the command.
@main
struct LPRAppliance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lpr-appliance",
        abstract: "Licence-plate server: takes plate reads from cameras, keeps them, shows them on a web page.",
        discussion: """
            Start it with 'lpr-appliance serve' and open the address that it prints in a browser.
            All other commands talk to the appliance that runs on this box.
            """,
        version: ApplianceVersion.text,
        subcommands: [
            ServeCommand.self, ConfigCommand.self, SetupCodeCommand.self, UserCommand.self, DeviceCommand.self,
            KeyCommand.self, KeyRingCommand.self, StatusCommand.self, DoctorCommand.self, StorageCommand.self,
            BackupCommand.self, RestoreCommand.self, UpstreamCommand.self, DemoCommand.self,
        ])
}

enum ApplianceVersion {
    static let text = "0.1.0"
}
