extension ConfigurationForm<Int> {
    /// Whole numbers.
    ///
    /// - Parameters:
    ///   - unit: What is counted, in the plural.
    ///   - zero: What 0 means, when it means something of its own.
    static func integer(_ range: ClosedRange<Int>, unit: String, zero: String? = nil) -> ConfigurationForm {
        ConfigurationForm(
            documentation: "a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound)"
                + (zero.map { ", 0 means \($0)" } ?? ""),
            read: { (raw) throws(ConfigurationRefusal) in
                let number =
                    switch raw {
                    case .integer(let number): number
                    case .text(let text): Int(text)
                    case .string, .boolean, .list, .other: nil as Int?
                    }
                guard let number else { throw ConfigurationRefusal(raw, "is not a whole number") }
                guard range.contains(number) else { throw ConfigurationRefusal(raw, "is out of range") }
                return number
            },
            literal: { String($0) }
        )
    }
}

extension ConfigurationForm<Bool> {
    /// `true` or `false`.
    static var toggle: ConfigurationForm {
        ConfigurationForm(
            documentation: "true or false",
            read: { (raw) throws(ConfigurationRefusal) in
                switch raw {
                case .boolean(let value): return value
                case .text("true"): return true
                case .text("false"): return false
                case .text, .string, .integer, .list, .other: throw ConfigurationRefusal(raw, "is neither")
                }
            },
            literal: { String($0) }
        )
    }
}

extension ConfigurationForm<Duration> {
    /// Durations.
    ///
    /// - Parameters:
    ///   - plainUnit: The unit of a number without unit.
    ///   - zero: What 0 means, when it means something of its own; then 0 is right although it is below `range`.
    static func duration(
        _ range: ClosedRange<Duration>,
        plainUnit: DurationText.Unit,
        zero: String? = nil
    ) -> ConfigurationForm {
        let bounds = [range.lowerBound, range.upperBound].map { DurationText.text($0, zeroUnit: plainUnit) }
        return ConfigurationForm(
            documentation: "a duration from \(bounds[0]) to \(bounds[1]) in ms, s, m, h or d "
                + "(a plain number is in \(plainUnit.name))" + (zero.map { ", 0 means \($0)" } ?? ""),
            read: { (raw) throws(ConfigurationRefusal) in
                let text = quantity(raw)
                guard let duration = text.flatMap({ DurationText.parse($0, plainUnit: plainUnit) }) else {
                    throw ConfigurationRefusal(raw, "is not a duration")
                }
                guard range.contains(duration) || (zero != nil && duration == .zero) else {
                    throw ConfigurationRefusal(raw, "is out of range")
                }
                return duration
            },
            literal: { QuotedText.literal(DurationText.text($0, zeroUnit: plainUnit)) }
        )
    }
}

extension ConfigurationForm<ByteCount> {
    /// Numbers of bytes.
    static func byteCount(_ range: ClosedRange<ByteCount>) -> ConfigurationForm {
        ConfigurationForm(
            documentation:
                "a size from \(range.lowerBound) to \(range.upperBound) in B, KB, MB, GB, TB, KiB, MiB, "
                + "GiB or TiB (a plain number is in bytes)",
            read: { (raw) throws(ConfigurationRefusal) in
                guard let bytes = quantity(raw).flatMap({ ByteCount($0) }) else {
                    throw ConfigurationRefusal(raw, "is not a size")
                }
                guard range.contains(bytes) else { throw ConfigurationRefusal(raw, "is out of range") }
                return bytes
            },
            literal: { QuotedText.literal($0.description) }
        )
    }
}

/// The text of a quantity; a negative number has none.
private func quantity(_ raw: ConfigurationRawValue) -> String? {
    if case .integer(let number) = raw { return number < 0 ? nil : String(number) }
    return raw.characters
}
