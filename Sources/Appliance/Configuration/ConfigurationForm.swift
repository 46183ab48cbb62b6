/// How the values of a key are written, read and documented.
struct ConfigurationForm<Value: Hashable & Sendable>: Sendable {
    /// What is right, with unit and range, such as "a whole number from 1 to 10 (seconds)".
    var documentation: String
    var read: @Sendable (ConfigurationRawValue) throws(ConfigurationRefusal) -> Value
    /// The value as TOML; reading it gives the same value.
    var literal: @Sendable (Value) -> String
}

extension ConfigurationForm {
    /// Values that are one string.
    ///
    /// - Parameters:
    ///   - reason: Continues a sentence that begins with a value that `parse` returned `nil` for.
    static func string(
        _ documentation: String,
        reason: String,
        parse: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) -> ConfigurationForm {
        ConfigurationForm(
            documentation: documentation,
            read: { (raw) throws(ConfigurationRefusal) in
                guard let characters = raw.characters else { throw ConfigurationRefusal(raw, "is not a string") }
                guard let value = parse(characters) else { throw ConfigurationRefusal(raw, reason) }
                return value
            },
            literal: { QuotedText.literal(text($0)) }
        )
    }

    /// Lists without duplicates; in the environment the elements are separated by commas.
    ///
    /// - Parameter count: How many elements there may be.
    static func list<Element>(
        of element: ConfigurationForm<Element>,
        count: ClosedRange<Int>
    ) -> ConfigurationForm where Value == [Element] {
        ConfigurationForm(
            documentation: "a list of \(count.lowerBound) to \(count.upperBound), each \(element.documentation)",
            read: { (raw) throws(ConfigurationRefusal) in
                guard let elements = raw.elements else { throw ConfigurationRefusal(raw, "is not a list") }
                guard count.contains(elements.count) else {
                    throw ConfigurationRefusal(raw, "has \(elements.count) elements")
                }
                var values: [Element] = []
                var seen: Set<Element> = []
                for raw in elements {
                    let value = try element.read(raw)
                    guard seen.insert(value).inserted else { throw ConfigurationRefusal(raw, "is there twice") }
                    values.append(value)
                }
                return values
            },
            literal: { "[" + $0.map(element.literal).joined(separator: ", ") + "]" }
        )
    }
}

extension ConfigurationForm where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words that the type knows.
    static var choice: ConfigurationForm {
        .string(
            "one of " + Value.allCases.map { QuotedText.literal($0.rawValue) }.joined(separator: ", "),
            reason: "is none of the words known here",
            parse: { Value(rawValue: $0) },
            text: \.rawValue
        )
    }
}
