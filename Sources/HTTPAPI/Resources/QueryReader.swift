import Domain
import Hummingbird

/// The query of a request, read strictly: what is wrong or unknown is said, by name.
struct QueryReader: FieldReading {
    private var rest: [String: String] = [:]
    private(set) var problems: [FieldError] = []

    init(_ request: Request) {
        for pair in (request.uri.query ?? "").split(separator: "&", maxSplits: 64) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { part -> String? in
                Substring(part.map { $0 == "+" ? " " : $0 }.map(String.init).joined()).removingPercentEncoding
            }
            guard let name = decoded.first ?? nil, let value = decoded.count > 1 ? decoded[1] : "" else {
                problems.append(FieldError("query", "is not valid UTF-8 in percent encoding"))
                continue
            }
            if rest.updateValue(value, forKey: name) != nil {
                problems.append(FieldError(name, "stands in the query twice"))
            }
        }
    }

    mutating func problem(_ name: String, _ message: String) {
        problems.append(FieldError(name, message))
    }

    /// Nil when absent or empty.
    mutating func text(_ name: String, limit: Int = 200) -> String? {
        guard let value = rest.removeValue(forKey: name), !value.isEmpty else { return nil }
        guard value.unicodeScalars.count <= limit else {
            problem(name, "has more than \(limit) characters")
            return nil
        }
        return value
    }

    mutating func instant(_ name: String) -> Instant? {
        guard let text = text(name) else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            problem(
                name, "must be a time with a zone as in RFC 3339, such as 2026-11-23T08:00:00+07:00 (write + as %2B)")
            return nil
        }
        return instant
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>, default value: Int) -> Int {
        guard let text = text(name) else { return value }
        guard let number = Int(text), range.contains(number) else {
            problem(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return value
        }
        return number
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let text = text(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            problem(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func bool(_ name: String) -> Bool? {
        switch text(name) {
        case nil: return nil
        case "true", "1": return true
        case "false", "0": return false
        default:
            problem(name, "must be true or false")
            return nil
        }
    }

    /// - Throws: `Problem` 422 with everything that was wrong, unknown names too.
    func check() throws {
        let unknown = rest.keys.sorted().map { FieldError($0, "is no parameter of this call") }
        guard problems.isEmpty, unknown.isEmpty else { throw Problem.invalid(problems + unknown) }
    }
}
