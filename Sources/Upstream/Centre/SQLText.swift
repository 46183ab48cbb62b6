/// Quotes what is put into a text of SQL.
enum SQLText {
    /// `'…'`; the session has `standard_conforming_strings`, as all servers have since 9.1, and a backslash is a
    /// backslash either way.
    static func literal(_ text: String) -> String {
        let quoted = "'" + text.replacing("'", with: "''").replacing("\\", with: "\\\\") + "'"
        return text.contains("\\") ? "E" + quoted : quoted
    }

    /// `"…"`
    static func identifier(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }

    /// `{"…","…"}`, the value of an array of texts.
    static func array(_ texts: [String]) -> String {
        "{"
            + texts.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }.joined(
                separator: ",")
            + "}"
    }
}
