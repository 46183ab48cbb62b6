internal import CLibPQ

/// A parameter of a statement.
enum PostgresValue {
    case null
    case text(String)
    /// As it is: a `bytea`.
    case binary([UInt8])
}

extension PostgresConnection {
    /// Runs one statement with parameters `$1`, `$2`, …
    @discardableResult
    func query(
        _ sql: String, values parameters: [PostgresValue], operation: String
    ) throws(PostgresError) -> PostgresRows {
        let end = deadline
        let handle = try live(operation)
        (earlier, failure) = ([], nil)
        let values = parameters.map { value -> [UInt8]? in
            switch value {
            case .null: nil
            case .text(let text): Array(text.utf8) + [0]
            // Never empty, so that there is a place to point to; and not copied, as pictures are large.
            case .binary(let bytes): bytes.isEmpty ? [0] : bytes
            }
        }
        let lengths = zip(parameters, values).map { parameter, bytes -> Int32 in
            if case .binary(let bytes) = parameter { Int32(bytes.count) } else { Int32(bytes?.count ?? 0) }
        }
        let formats = parameters.map { if case .binary = $0 { Int32(1) } else { Int32(0) } }
        let sent = Self.withPointers(values[...], []) { pointers in
            PQsendQueryParams(handle, sql, Int32(pointers.count), nil, pointers, lengths, formats, 0)
        }
        guard sent == 1 else { throw lost(operation) }
        try flush(until: end, operation)
        return try finish(operation: operation).last ?? .none
    }

    /// Pointers into all of the arrays at once; a statement has a handful.
    private static func withPointers(
        _ rest: ArraySlice<[UInt8]?>, _ pointers: [UnsafePointer<CChar>?],
        _ body: ([UnsafePointer<CChar>?]) -> Int32
    ) -> Int32 {
        guard let first = rest.first else { return body(pointers) }
        guard let first else { return withPointers(rest.dropFirst(), pointers + [nil], body) }
        return first.withUnsafeBytes { buffer in
            withPointers(
                rest.dropFirst(), pointers + [buffer.baseAddress?.assumingMemoryBound(to: CChar.self)], body)
        }
    }
}
