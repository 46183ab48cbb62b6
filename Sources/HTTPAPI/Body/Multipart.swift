/// `multipart/form-data` (RFC 7578) of a body that is in memory already; bounded by that body.
///
///     --boundary CRLF
///     Name: value CRLF …            headers, at most 16 KiB
///     CRLF
///     content                       any bytes
///     CRLF --boundary (CRLF | --)   the next part, or the end
struct Multipart {
    struct Part: Equatable {
        let name: String
        let contentType: String?
        let content: [UInt8]
    }

    enum Failure: Error, Equatable {
        case noBoundary, noFirstBoundary, badHeaders, unnamedPart, unfinished, tooManyParts

        var reason: String {
            switch self {
            case .noBoundary: "the Content-Type names no boundary"
            case .noFirstBoundary: "the body does not begin with its boundary"
            case .badHeaders: "the headers of a part cannot be read"
            case .unnamedPart: "a part has no name"
            case .unfinished: "the body ends without its closing boundary"
            case .tooManyParts: "there are more than \(Multipart.partLimit) parts"
            }
        }
    }

    static let partLimit = 16
    private static let headerLimit = 16 * 1_024

    /// The boundary that a Content-Type header names: 1 to 70 characters.
    static func boundary(ofContentType text: String) -> String? {
        for parameter in text.split(separator: ";").dropFirst() {
            let parameter = parameter.trimmingSpaces
            guard parameter.count > 9, parameter.prefix(9).lowercased() == "boundary=" else { continue }
            var value = parameter.dropFirst(9)
            if value.first == "\"", value.last == "\"", value.count >= 2 { value = value.dropFirst().dropLast() }
            return (1...70).contains(value.utf8.count) ? String(value) : nil
        }
        return nil
    }

    static func parts(of body: [UInt8], boundary: String) throws(Failure) -> [Part] {
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very beginning, without a line break before it.
        var position: Int
        if body.starts(with: delimiter.dropFirst(2)) {
            position = delimiter.count - 2
        } else if let first = find(delimiter, in: body, from: 0) {
            position = first + delimiter.count
        } else {
            throw .noFirstBoundary
        }
        var parts: [Part] = []
        while true {
            if body[position...].starts(with: "--".utf8) { return parts }
            while position < body.count, body[position] == 0x20 || body[position] == 0x09 { position += 1 }
            guard body[position...].starts(with: "\r\n".utf8) else { throw .unfinished }
            position += 2
            guard parts.count < partLimit else { throw .tooManyParts }
            let (name, contentType, contentStart) = try headers(of: body, from: position)
            // A part without content has its delimiter's line break right behind the headers.
            guard let end = find(delimiter, in: body, from: contentStart - 2) else { throw .unfinished }
            guard let name else { throw .unnamedPart }
            parts.append(
                Part(name: name, contentType: contentType, content: Array(body[contentStart..<max(contentStart, end)])))
            position = end + delimiter.count
        }
    }

    private static func headers(
        of body: [UInt8], from start: Int
    ) throws(Failure) -> (name: String?, contentType: String?, contentStart: Int) {
        var name: String?
        var contentType: String?
        var position = start
        while true {
            guard let end = find([0x0D, 0x0A], in: body, from: position), end - start <= headerLimit else {
                throw .badHeaders
            }
            if end == position { return (name, contentType, end + 2) }
            guard let line = String(validating: body[position..<end], as: UTF8.self),
                let colon = line.firstIndex(of: ":")
            else { throw .badHeaders }
            let value = line[line.index(after: colon)...].trimmingSpaces
            switch line[..<colon].lowercased() {
            case "content-disposition": name = parameter("name", of: value)
            case "content-type": contentType = String(value)
            default: break
            }
            position = end + 2
        }
    }

    private static func parameter(_ wanted: String, of value: Substring) -> String? {
        for parameter in value.split(separator: ";").dropFirst() {
            let parameter = parameter.trimmingSpaces
            guard let equals = parameter.firstIndex(of: "="), parameter[..<equals].lowercased() == wanted else {
                continue
            }
            var text = parameter[parameter.index(after: equals)...]
            if text.first == "\"", text.last == "\"", text.count >= 2 { text = text.dropFirst().dropLast() }
            return text.isEmpty ? nil : String(text)
        }
        return nil
    }

    /// Searches for the first byte with the library's scan and compares behind it.
    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, start >= 0 else { return nil }
        var position = start
        while position + needle.count <= bytes.count {
            guard let candidate = bytes[position...(bytes.count - needle.count)].firstIndex(of: first) else {
                return nil
            }
            if bytes[candidate..<candidate + needle.count].elementsEqual(needle) { return candidate }
            position = candidate + 1
        }
        return nil
    }
}
