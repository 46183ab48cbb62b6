/// A value before its key said what it means.
enum ConfigurationRawValue: Sendable, Hashable {
    /// From the environment or the command line, where everything is text.
    case text(String)
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case list([ConfigurationRawValue])
    /// A TOML type that no key uses, by its name: "a date".
    case other(String)

    /// The characters, when the value may be read as text.
    var characters: String? {
        switch self {
        case .text(let text), .string(let text): text
        case .integer, .boolean, .list, .other: nil
        }
    }

    /// The elements, when the value may be read as a list; text is a list separated by commas.
    var elements: [ConfigurationRawValue]? {
        switch self {
        case .list(let elements): return elements
        case .string, .integer, .boolean, .other: return nil
        case .text(let text):
            guard !text.isEmpty else { return [] }
            return text.split(separator: ",", omittingEmptySubsequences: false).map { element in
                .text(element.trimmed)
            }
        }
    }

    /// A short form for an error.
    var excerpt: String {
        switch self {
        case .text(let text), .string(let text): QuotedText.excerpt(text)
        case .integer(let number): String(number)
        case .boolean(let value): String(value)
        case .list: "a list"
        case .other(let type): type
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

/// Why a form does not accept a value.
struct ConfigurationRefusal: Error, Sendable, Hashable {
    /// What stands in the way, an element of a list for example; never shown when the key is secret.
    var excerpt: String
    /// Continues a sentence that begins with the value: "is no number".
    var reason: String

    init(_ value: ConfigurationRawValue, _ reason: String) {
        self.excerpt = value.excerpt
        self.reason = reason
    }
}
