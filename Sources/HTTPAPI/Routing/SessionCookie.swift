import Hummingbird

/// The cookie of a session. Scripts cannot read it, other sites' pages do not send it, and under TLS it is bound to
/// this very host.
enum SessionCookie {
    static func name(isTLS: Bool) -> String { isTLS ? "__Host-lpr-session" : "lpr-session" }

    static func value(in request: Request, isTLS: Bool) -> String? {
        let name = name(isTLS: isTLS) + "="
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pair = pair.trimmingSpaces
                if pair.hasPrefix(name) { return String(pair.dropFirst(name.count)) }
            }
        }
        return nil
    }

    static func header(_ value: String, lifetime: Duration, isTLS: Bool) -> String {
        "\(name(isTLS: isTLS))=\(value); Path=/; Max-Age=\(lifetime.components.seconds); HttpOnly; SameSite=Strict"
            + (isTLS ? "; Secure" : "")
    }

    static func removal(isTLS: Bool) -> String { header("", lifetime: .zero, isTLS: isTLS) }
}
