/// Where a browser's page comes from, as the header `Origin` says.
public enum PageOrigin {
    /// What somebody is told whose page is refused.
    public static let refusal =
        "This page is not from here; open the appliance's own page. Behind a reverse proxy, the proxy must pass on "
        + "Host and send X-Forwarded-Proto, and its address must be in http.trusted_proxies."

    private static let standardPorts = ["http": ":80", "https": ":443"]

    /// Whether the page is the appliance's own: the origin is what the request was sent to.
    ///
    /// - Parameters:
    ///   - origin: the header `Origin`.
    ///   - host: the header `Host`; a reverse proxy has to pass it on.
    ///   - schemes: of `http` and `https`, those that the page may have come by.
    public static func isOwn(_ origin: String, host: String?, schemes: [String]) -> Bool {
        guard let host else { return false }
        return schemes.contains { scheme in
            let own = authority(host[...], scheme)
            return !own.isEmpty && origin.hasPrefix(scheme + "://")
                && authority(origin.dropFirst(scheme.count + 3), scheme) == own
        }
    }

    /// Some proxies name the port in `Host` also when it is the scheme's own; browsers never do.
    private static func authority(_ text: Substring, _ scheme: String) -> String {
        guard let port = standardPorts[scheme], text.hasSuffix(port) else { return text.lowercased() }
        return text.dropLast(port.count).lowercased()
    }
}
