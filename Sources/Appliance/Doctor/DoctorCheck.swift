/// One topic that is looked at.
protocol DoctorCheck: Sendable {
    /// Names it in JSON; never changes.
    var id: String { get }
    /// Names it for people: one or two words.
    var title: String { get }
    /// Looks, changes nothing, and says what it found: at least one thing.
    func run(_ context: DoctorContext) async -> [Finding]
}

/// A check made of calls that block, such as reading files. It gets a thread of its own.
protocol BlockingDoctorCheck: DoctorCheck {
    func look(_ context: DoctorContext) -> [Finding]
}

extension BlockingDoctorCheck {
    func run(_ context: DoctorContext) async -> [Finding] {
        await onThread { look(context) }
    }
}
