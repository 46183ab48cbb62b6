/// Reads named values of a query or a body, and collects what is wrong with them.
protocol FieldReading {
    /// Nil when absent or empty, and when it is wrong; then the problem is noted.
    mutating func text(_ name: String, limit: Int) -> String?
    mutating func problem(_ name: String, _ message: String)
}

extension FieldReading {
    /// One of the names of `type`.
    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Value.Type
    ) -> Value? where Value.RawValue == String {
        guard let text = text(name, limit: 200) else { return nil }
        guard let value = Value(rawValue: text) else {
            problem(name, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return value
    }
}
