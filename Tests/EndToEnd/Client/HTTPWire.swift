/// HTTP/1.1 over one connection, blocking; as much of it as the appliance's answers need.
struct HTTPWire {
    private let connection: WireConnection
    private var buffer: [UInt8] = []

    init(port: UInt16) throws { connection = try WireConnection(port: port) }

    init(_ connection: WireConnection) { self.connection = connection }

    /// Sends a request and reads its answer. The connection stays open.
    mutating func exchange(_ request: Request) throws -> Answer {
        try connection.send(request.bytes)
        return try answer(hasBody: request.method != "HEAD")
    }

    /// Reads an answer.
    /// - Throws: `TestFailure` when the connection ends before the answer does.
    mutating func answer(hasBody: Bool = true) throws -> Answer {
        let head = try take(through: "\r\n\r\n")
        let lines = head.split(separator: "\r\n")
        guard let statusLine = lines.first?.split(separator: " "), statusLine.count > 1,
            statusLine[0] == "HTTP/1.1", let status = Int(statusLine[1])
        else { throw TestFailure("no HTTP: \(head.prefix(200))") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw TestFailure("no header: \(line)") }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[name] = headers[name].map { $0 + "\n" + value } ?? String(value)
        }
        if status == 100 { return try answer(hasBody: hasBody) }
        var answer = Answer(status: status, headers: headers, body: [])
        guard hasBody, status != 204, status != 304 else { return answer }
        if headers["transfer-encoding"] == "chunked" {
            while true {
                let size = try take(through: "\r\n").split(separator: ";").first.flatMap { Int($0, radix: 16) }
                guard let size else { throw TestFailure("no size of a chunk") }
                answer.body += try take(size)
                _ = try take(2)
                if size == 0 { return answer }
            }
        }
        answer.body = try take(headers["content-length"].flatMap { Int($0) } ?? 0)
        return answer
    }

    /// Text up to and without `mark`, which is taken too.
    private mutating func take(through mark: String) throws -> String {
        let pattern = Array(mark.utf8)
        while true {
            if let range = buffer.firstRange(of: pattern) {
                defer { buffer.removeSubrange(..<range.upperBound) }
                return String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
            }
            guard buffer.count < 1 << 20 else { throw TestFailure("no end of a line in a megabyte") }
            try fill()
        }
    }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try fill() }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private mutating func fill() throws {
        let bytes = try connection.receive()
        guard !bytes.isEmpty else { throw TestFailure("the connection ended before the answer did") }
        buffer += bytes
    }
}
