public import Domain

/// What was found when the data directory was opened.
public struct OpeningReport: Sendable {
    /// The last run was killed or lost its power.
    public var isAfterUncleanStop = false
    public var damage: Damage?

    /// A database that was put aside because it was damaged. It is never deleted.
    public struct Damage: Sendable {
        public let foundAt: Instant
        /// What the check said.
        public let finding: String
        /// Where the damaged database lies now.
        public let putAsideAs: String
        /// The newest backup, which `lpr-appliance restore` takes; nil when there is none.
        public let newestBackup: String?
    }
}
