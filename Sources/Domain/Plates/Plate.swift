/// A plate as it was read, with its search key and its kind.
public struct Plate: Sendable, Hashable {
    /// The text as read, untouched.
    public let text: String

    /// The normalised text by which plates are compared and found, never empty, at most 64 Unicode scalars.
    ///
    /// Trucks keep leading zeros: `70-0123` has the key `700123`. The province is not part of the key.
    public let key: String

    public let kind: PlateKind

    /// Accepts any text; `nil` when nothing but separators was read.
    ///
    /// The work is bounded whatever the length: the first 256 scalars are looked at, and the key ends after 64.
    /// Callers who limit the length of a plate do so before.
    public init?(text: String) {
        let reading = PlateReading(text)
        guard !reading.content.scalars.isEmpty else { return nil }
        self.text = text
        self.key = reading.content.string
        self.kind = reading.kind
    }

    /// The key that `text` would have, for exact search; empty when nothing but separators is there.
    public static func key(of text: String) -> String {
        PlateReading(text).content.string
    }

    /// A search text with the wildcards `*` (any run) and `?` (one character), normalised like a key.
    ///
    /// A run of stars becomes one star. All other characters, `%`, `_` and `[` among them, stand for themselves:
    /// whoever makes SQL of the pattern escapes them.
    ///
    /// - Returns: `nil` when `text` has no wildcard: use ``key(of:)`` then.
    public static func pattern(of text: String) -> String? {
        let scalars = PlateScalars(text).scalars
        guard scalars.contains(where: { $0 == "*" || $0 == "?" }) else { return nil }
        var pattern = String.UnicodeScalarView()
        for scalar in scalars where scalar != "*" || pattern.last != "*" {
            pattern.append(scalar)
        }
        return String(pattern)
    }

    /// The read has one consonant where a plate has two, as in `1ฆ4048`: usually the other one was missed.
    public var isLikelyTruncated: Bool {
        let runs = PlateRuns(Array(key.unicodeScalars))
        return runs.isWhole && runs.prefix == 1 && runs.consonants == 1 && (1...4).contains(runs.number)
    }
}
