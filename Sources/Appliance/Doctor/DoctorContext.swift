/// What all checks know.
struct DoctorContext: Sendable {
    let machine: Machine
    /// As the appliance would have it; the defaults where `reading` says that it could not be had.
    let configuration: ApplianceConfiguration
    let reading: ConfigurationReading
    let service: ServiceReading

    /// Whose files systemd reads as root and gives to the service as credentials.
    static let credentials = "/etc/lpr-appliance/credentials"

    var data: DataDirectory { DataDirectory(path: configuration.dataDirectory) }

    /// The user that the appliance runs as, or is to run as: the unit says so, else the owner of the data directory is
    /// taken for it.
    var account: Account? {
        let accounts = Accounts(machine.files)
        if let user = service.unit?.user { return accounts.named(user) }
        return FileStatus(data.path).map { accounts.withID($0.owner) }
    }

    /// What keeps the user of the appliance from a file that the configuration names.
    /// - Returns: nil when nothing does, or it cannot be told.
    func obstacle(toReading path: String) -> Account.Verdict? {
        guard let account, !path.hasPrefix(Self.credentials + "/") else { return nil }
        switch account.may(.read, path) {
        case .allowed, .hidden: return nil
        case .missing: return .missing
        case .forbidden(let at): return .forbidden(at: at)
        }
    }

    /// Says that a key is not known, where the configuration could not be had; nil where it could.
    func unknown(_ key: String) -> Finding? {
        switch reading {
        case .noFile, .valid: nil
        case .hidden: .hidden(key)
        case .wrong: .unknown("\(key) is not known while the configuration is wrong", "correct the configuration first")
        }
    }

    /// What a person types after something was changed.
    var restartCommand: String {
        service.unit == nil ? "stop the appliance and start it again" : "sudo systemctl restart lpr-appliance"
    }
}

/// How far the configuration could be read.
enum ConfigurationReading: Sendable, Hashable {
    /// There is no file; everything has its default.
    case noFile
    case valid(file: String)
    /// This user may not read the file.
    case hidden(file: String)
    case wrong([ConfigurationProblem])
}
