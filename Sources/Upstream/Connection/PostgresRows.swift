internal import CLibPQ

/// The rows that a statement gave, as text.
public struct PostgresRows: Sendable, Hashable {
    public let columns: [String]
    public let rows: [[String?]]
    /// Rows that an INSERT, UPDATE, DELETE or COPY changed.
    public let affected: Int

    init(_ result: OpaquePointer) {
        let width = PQnfields(result)
        columns = (0..<width).map { String(cString: PQfname(result, $0)) }
        rows = (0..<PQntuples(result)).map { row in
            (0..<width).map { column in
                PQgetisnull(result, row, column) != 0 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
        affected = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    static let none = PostgresRows()

    private init() { (columns, rows, affected) = ([], [], 0) }

    /// The only value of the only row; nil when there is none.
    public var value: String? { rows.first?.first ?? nil }

    public subscript(row: Int, name: String) -> String? {
        guard let column = columns.firstIndex(of: name), rows.indices.contains(row) else { return nil }
        return rows[row][column]
    }
}

extension PostgresError {
    /// The error that a result carries.
    init(_ result: OpaquePointer, operation: String) {
        func field(_ code: UnicodeScalar) -> String {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) } ?? ""
        }
        let state = field("C")
        var message = field("M")
        // Not the detail: it may quote a whole row. The constraint and the hint help.
        if !field("n").isEmpty { message += " (constraint \(field("n")))" }
        if !field("c").isEmpty { message += " (column \(field("c")))" }
        if !field("H").isEmpty { message += " (\(field("H")))" }
        if message.isEmpty { message = String(cString: PQresultErrorMessage(result)) }
        self.init(sqlState: state, message: message, operation: operation)
        detail = field("D")
        table = field("t")
        constraint = field("n")
    }
}
