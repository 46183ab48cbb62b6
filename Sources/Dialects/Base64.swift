#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Pictures as base64 text, the way cameras send them.
public enum Base64 {
    /// The bytes; nil when the text is no base64. A `data:` URL's head and line breaks are passed over.
    public static func decode(_ text: String) -> [UInt8]? {
        var body = text[...]
        if body.hasPrefix("data:") {
            guard let comma = body.prefix(100).firstIndex(of: ",") else { return nil }
            body = body[body.index(after: comma)...]
        }
        var plain = String(body)
        if plain.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            plain = String(decoding: plain.utf8.filter { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        }
        return Data(base64Encoded: plain).map { [UInt8]($0) }
    }
}
