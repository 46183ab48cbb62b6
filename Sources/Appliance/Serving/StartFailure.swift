import Store

/// Why the appliance did not start, for the person who started it.
struct StartFailure: Error {
    let message: String
    let exitStatus: Int32
}

extension StartFailure {
    /// - Parameter directory: the data directory.
    /// - Returns: nil for what nobody can do anything about without knowing the program.
    init?(_ error: StoreError, directory: String) {
        switch error.kind {
        case .inUse: self.init(message: error.detail, exitStatus: ExitStatus.inUse)
        case .noSpace:
            self.init(
                message: "the disk is full, even \(directory) cannot be opened; free some space (\(error))",
                exitStatus: ExitStatus.diskFull)
        case .noSpaceForCopy:
            self.init(
                message: """
                    this version has to change the database, and there is no room for the copy of it that it begins \
                    with: \(error.detail). Nothing has been changed. Free some space (old files in \(directory)/backups \
                    may go) and start it again; or do it once without the copy, and with no way back to the version \
                    before, by 'lpr-appliance serve --without-migration-backup' as the user that runs the appliance
                    """,
                exitStatus: ExitStatus.diskFull)
        // Starting again would mend nothing.
        case .wrongSchema: self.init(message: "\(error)", exitStatus: ExitStatus.configuration)
        default: return nil
        }
    }
}
