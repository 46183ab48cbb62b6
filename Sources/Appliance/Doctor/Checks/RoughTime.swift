/// How long ago something is, as people say it.
enum RoughTime {
    /// Such as `3 days`; the largest unit of which there are at least two.
    static func text(seconds: Int64) -> String {
        let units: [(seconds: Int64, name: String)] = [(86_400, "days"), (3_600, "hours"), (60, "minutes")]
        for unit in units where seconds >= 2 * unit.seconds { return "\(seconds / unit.seconds) \(unit.name)" }
        return "\(seconds) seconds"
    }
}
