#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A regular expression whose first group is the id of the event.
///
/// POSIX extended, with `\d` for a digit besides. The C library's, because it takes time in proportion to the path: the
/// path comes from a camera, and an engine that backtracks could be held up by one (invariant 5). Back references,
/// which would bring that back, are refused.
///
/// Unchecked, because the compiled expression is only read after `init`, and `regexec` may be called from many threads.
public final class EventIDPattern: @unchecked Sendable {
    /// Characters of a pattern.
    public static let lengthLimit = 200

    public let text: String
    private var compiled = regex_t()

    public struct Problem: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// - Throws: `Problem` with what is wrong, in words for the configuration's author.
    public init(_ text: String) throws(Problem) {
        guard !text.isEmpty, text.count <= Self.lengthLimit else {
            throw Problem(description: "must have 1 to \(Self.lengthLimit) characters")
        }
        guard !text.utf8.contains(0) else { throw Problem(description: "has a NUL character") }
        let posix = try Self.posix(text)
        self.text = text
        let code = regcomp(&compiled, posix, REG_EXTENDED)
        guard code == 0 else {
            var words = [CChar](repeating: 0, count: 256)
            regerror(code, &compiled, &words, words.count)
            let end = words.firstIndex(of: 0) ?? words.count
            throw Problem(
                description: "is no regular expression: "
                    + String(decoding: words[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        isCompiled = true
        guard compiled.re_nsub >= 1 else {
            throw Problem(description: "has no group; put the part that is the event id into (…)")
        }
    }

    private var isCompiled = false

    deinit {
        if isCompiled { regfree(&compiled) }
    }

    /// The text of the first group where the pattern fits first; nil when it fits nowhere, or the group took no part.
    public func firstGroup(in path: String) -> String? {
        let bytes = Array(path.utf8)
        guard !bytes.contains(0) else { return nil }
        var matches = [regmatch_t](repeating: regmatch_t(), count: 2)
        guard path.withCString({ regexec(&compiled, $0, matches.count, &matches, 0) }) == 0 else { return nil }
        let (start, end) = (Int(matches[1].rm_so), Int(matches[1].rm_eo))
        guard start >= 0, end >= start, end <= bytes.count else { return nil }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private static func posix(_ text: String) throws(Problem) -> String {
        var result = ""
        var isEscaped = false
        var isInBrackets = false
        for character in text {
            guard isEscaped else {
                if character == "\\", !isInBrackets {
                    isEscaped = true
                    continue
                }
                if character == "[" { isInBrackets = true } else if character == "]" { isInBrackets = false }
                result.append(character)
                continue
            }
            isEscaped = false
            switch character {
            case "d": result += "[0-9]"
            case "1"..."9":
                throw Problem(description: "has a back reference (\\\(character)), which is not supported")
            default: result += "\\\(character)"
            }
        }
        guard !isEscaped else { throw Problem(description: "ends with a single \\") }
        return result
    }
}
