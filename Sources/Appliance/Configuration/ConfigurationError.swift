/// All that is wrong with a configuration, so that a technician repairs it in one go.
struct ConfigurationError: Error, Sendable {
    /// Never empty.
    var problems: [ConfigurationProblem]
}

extension ConfigurationError: CustomStringConvertible {
    /// One line per problem.
    var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong: where, which key, what was wrong and what would be right.
struct ConfigurationProblem: Error, Sendable, Hashable {
    var source: ConfigurationSource
    /// The key as it was written, `nil` when the whole source is meant.
    var key: String?
    var wrong: String
    var right: String
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `SOURCE: KEY: WRONG; RIGHT.`
    var description: String {
        let place = key.map { "\(source): \(QuotedText.escapingControls($0))" } ?? "\(source)"
        return "\(place): \(wrong); \(right)."
    }
}
