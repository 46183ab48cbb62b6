/// Text of others, made fit to be shown in one line of a terminal, an error or a TOML document.
enum QuotedText {
    /// A TOML basic string.
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            default: literal += escaped(scalar)
            }
        }
        return literal + "\""
    }

    /// The text with control characters and line separators written as `\uXXXX`.
    static func escapingControls(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { $0 += escaped($1) }
    }

    /// At most 60 characters without control characters.
    static func shortened(_ text: String) -> String {
        let start = String(text.unicodeScalars.prefix(60))
        return escapingControls(start) + (start.unicodeScalars.count < text.unicodeScalars.count ? "…" : "")
    }

    /// At most 60 characters in quotation marks, so that an error stays readable.
    static func excerpt(_ text: String) -> String {
        let start = String(text.unicodeScalars.prefix(60))
        return literal(start) + (start.unicodeScalars.count < text.unicodeScalars.count ? "…" : "")
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        // Format characters include the marks that turn the direction of the text around.
        case .control, .format, .lineSeparator, .paragraphSeparator:
            let digits = String(scalar.value, radix: 16)
            let width = scalar.value > 0xffff ? 8 : 4
            let prefix = width == 8 ? "\\U" : "\\u"
            return prefix + String(repeating: "0", count: width - digits.count) + digits
        default: return String(scalar)
        }
    }
}
