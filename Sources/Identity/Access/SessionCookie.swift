/// The cookie of a session. Scripts cannot read it, other sites' pages do not send it, and under TLS it is bound to
/// this very host.
public enum SessionCookie {
    public static func name(isTLS: Bool) -> String { isTLS ? "__Host-lpr-session" : "lpr-session" }

    /// - Parameter headers: the values of all `Cookie` headers of a request.
    public static func value(in headers: some Sequence<String>, isTLS: Bool) -> String? {
        let name = name(isTLS: isTLS) + "="
        for header in headers {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " || $0 == "\t" }
                guard pair.hasPrefix(name) else { continue }
                var value = pair.dropFirst(name.count)
                while let last = value.last, last == " " || last == "\t" { value.removeLast() }
                return String(value)
            }
        }
        return nil
    }

    public static func header(_ value: String, lifetime: Duration, isTLS: Bool) -> String {
        "\(name(isTLS: isTLS))=\(value); Path=/; Max-Age=\(lifetime.components.seconds); HttpOnly; SameSite=Strict"
            + (isTLS ? "; Secure" : "")
    }

    public static func removal(isTLS: Bool) -> String { header("", lifetime: .zero, isTLS: isTLS) }
}
