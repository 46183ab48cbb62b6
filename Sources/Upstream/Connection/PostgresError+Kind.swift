import Domain

extension PostgresError {
    /// An error that the server has told by its SQLSTATE.
    init(sqlState: String, message: String, operation: String, isConnectionLost: Bool = false) {
        let (kind, problem) = Self.meaning(of: sqlState)
        self.init(
            kind, problem, operation: operation, message: message, sqlState: sqlState,
            isConnectionLost: isConnectionLost)
    }

    /// PostgreSQL, appendix A. `LP001` is ours: `lpr.advance` raises it.
    static func meaning(of sqlState: String) -> (Kind, UpstreamStatus.Problem) {
        switch sqlState {
        case "LP001": return (.conflict, .other)
        case "LP002": return (.configuration, .siteUnknown)
        case "28P01": return (.configuration, .wrongPassword)
        case "28000", "42501": return (.configuration, .permission)
        // No such database, schema, table or function.
        case "3D000", "3F000", "42P01", "42883": return (.configuration, .schemaMissing)
        // No such column: the schema is of another version than it says.
        case "42703", "42704": return (.configuration, .schemaTooOld)
        case "53100": return (.transient, .diskFull)
        case "57014", "55P03", "25P03": return (.transient, .timeout)
        // The server has become a standby.
        case "25006": return (.transient, .unreachable)
        default: break
        }
        switch sqlState.prefix(2) {
        // Data that does not fit, constraints, limits such as the depth of JSON.
        case "22", "23", "54": return (.row, .other)
        // Connection, shutdown and start of the server.
        case "08", "57": return (.transient, .unreachable)
        default: return (.transient, .other)
        }
    }

    /// An error of the library while it connects. It knows no SQLSTATE there; the server's stands in its words, because
    /// the verbosity is set to show it, in whatever language the server speaks.
    init(connecting words: String, operation: String = "connect") {
        if let state = Self.sqlState(in: words) {
            self.init(
                sqlState: state, message: Self.withoutPlaces(words, state), operation: operation,
                isConnectionLost: true)
            return
        }
        let (kind, problem): (Kind, UpstreamStatus.Problem) =
            if words.contains("no password supplied") {
                (.configuration, .wrongPassword)
            } else if operation == "connect", Self.isAboutEncryption(words) {
                (.configuration, .tls)
            } else {
                (.transient, .unreachable)
            }
        self.init(kind, problem, operation: operation, message: words, isConnectionLost: true)
    }

    /// libpq's own words are English as long as the process sets no locale, which this one does not. What stands in
    /// quotation marks is not its own: names of hosts and files. A connection that breaks says SSL as well.
    private static func isAboutEncryption(_ words: String) -> Bool {
        let own = words.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
        if ["SSL SYSCALL error", "closed unexpectedly"].contains(where: own.contains) { return false }
        return ["SSL", "TLS", "certificate"].contains(where: own.contains)
    }

    /// `FATAL:  28P01: password authentication failed …`
    private static func sqlState(in words: String) -> String? {
        for word in words.split(whereSeparator: { $0.isWhitespace }) where word.utf8.count == 6 && word.hasSuffix(":") {
            let state = word.dropLast()
            let isState = state.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
            if isState, state.utf8.contains(where: { (48...57).contains($0) }) { return String(state) }
        }
        return nil
    }

    /// Without the SQLSTATE and the line that names a place in the server's source.
    private static func withoutPlaces(_ words: String, _ state: String) -> String {
        words.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION:") && !$0.contains(".c:") }
            .map { line in
                guard let range = line.firstRange(of: state + ": ") else { return String(line) }
                return String(line[..<range.lowerBound]) + line[range.upperBound...]
            }
            .joined(separator: "\n")
    }
}
