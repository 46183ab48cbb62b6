import Crypto
import HTTPTypes
import Hummingbird

/// A strong validator of RFC 9110: the same bytes, the same tag.
struct EntityTag {
    let text: String

    init(of bytes: [UInt8]) {
        text = "\"" + SHA256.hash(data: bytes).prefix(12).map { HexadecimalByte.text($0) }.joined() + "\""
    }

    init(quoted text: String) {
        self.text = text
    }

    /// Whether `If-None-Match` names this tag, weakly compared as RFC 9110 section 13.1.2 asks.
    func isNamed(by request: Request) -> Bool {
        guard let named = request.headers[.ifNoneMatch] else { return false }
        return named.split(separator: ",").contains { candidate in
            let candidate = candidate.trimmingSpaces
            return candidate == "*" || candidate == text || candidate == "W/\(text)"
        }
    }

    func notModified(cacheControl: String) -> Response {
        Response(status: .notModified, headers: [.eTag: text, .cacheControl: cacheControl])
    }
}

enum HexadecimalByte {
    static func text(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }
}
