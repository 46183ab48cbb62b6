/// Answers of HTTP/1.1 with a length, read from what has come so far.
enum HTTPWire {
    struct Head {
        let status: Int
        /// Bytes up to the body.
        let length: Int
        let bodyLength: Int
    }

    /// - Returns: nil while it is not whole.
    static func head(_ bytes: UnsafeRawBufferPointer) -> Head? {
        // Heads are short.
        let text = String(decoding: bytes.prefix(2_048), as: UTF8.self)
        guard let end = text.utf8.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        let head = String(text[..<end.lowerBound])
        let words = head.split(separator: " ", maxSplits: 2)
        return Head(
            status: words.count > 1 ? Int(words[1]) ?? 0 : 0, length: head.utf8.count + 4,
            bodyLength: Loopback.header("content-length", in: head).flatMap { Int($0) } ?? 0)
    }

    /// One whole answer.
    /// - Returns: its length; 0 while it is not whole.
    static func answer(
        _ bytes: UnsafeRawBufferPointer, _ take: (Int, UnsafeRawBufferPointer) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) -> Int {
        guard let head = head(bytes), bytes.count >= head.length + head.bodyLength else { return 0 }
        try take(head.status, UnsafeRawBufferPointer(rebasing: bytes[head.length..<head.length + head.bodyLength]))
        return head.length + head.bodyLength
    }

    static func request(_ method: String, _ path: String, fields: String = "", body: String = "") -> [UInt8] {
        let length = method == "POST" ? "Content-Length: \(body.utf8.count)\r\n" : ""
        return Array("\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)\(length)\r\n\(body)".utf8)
    }
}
