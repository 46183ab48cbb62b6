import Domain

/// A request as a program would send it.
struct Request: Sendable {
    var method = "GET"
    var path: String
    /// What the program calls the appliance.
    var host = "127.0.0.1"
    var headers: [(String, String)] = []
    var body: [UInt8] = []

    static func get(_ path: String, key: String? = nil) -> Request {
        Request(path: path, headers: key.map { [("X-API-Key", $0)] } ?? [])
    }

    static func send(_ method: String = "POST", _ path: String, _ body: JSONValue, key: String? = nil) -> Request {
        Request(
            method: method, path: path,
            headers: [("Content-Type", "application/json")] + (key.map { [("X-API-Key", $0)] } ?? []),
            body: Array(body.text.utf8))
    }

    /// A form of parts: name, content type, content.
    static func form(_ path: String, _ parts: [(name: String, type: String, content: [UInt8])], key: String) -> Request
    {
        let boundary = "part-of-a-form-4f1c"
        var body: [UInt8] = []
        for part in parts {
            let file = part.type.hasPrefix("image/") ? "; filename=\"\(part.name).jpg\"" : ""
            body += Array(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(file)\r\n".utf8)
            body += Array("Content-Type: \(part.type)\r\n\r\n".utf8) + part.content + Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return Request(
            method: "POST", path: path,
            headers: [("Content-Type", "multipart/form-data; boundary=\(boundary)"), ("X-API-Key", key)], body: body)
    }

    var bytes: [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if method != "GET", method != "HEAD" { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}

extension RunningBinary {
    /// One request over a connection of its own.
    func ask(_ request: Request) async throws -> Answer {
        let port = port
        return try await onOwnThread {
            var wire = try HTTPWire(port: port)
            return try wire.exchange(request)
        }
    }
}
