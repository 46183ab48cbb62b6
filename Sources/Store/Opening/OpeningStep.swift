/// What an opening is busy with where that takes long: minutes, for a large database on a slow disk.
public enum OpeningStep: Sendable, CaseIterable {
    /// Whether the database is sound, after an unclean stop.
    case checking
    /// The copy that a migration begins with.
    case copying
    case migrating
}
