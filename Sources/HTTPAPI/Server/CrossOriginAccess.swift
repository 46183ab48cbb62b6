import HTTPTypes
import Hummingbird

/// Lets scripts of the sites in `http.allowed_origins` use the API, with a token or a key of their own (the Fetch
/// standard's CORS protocol).
///
/// Credentials of the browser are not offered: the session cookie is SameSite=Strict and stays with our own page.
struct CrossOriginAccess {
    let allowedOrigins: Set<String>

    /// What a preflight may be told for a path that takes `methods`.
    private static let requestHeaders = "Authorization, Content-Type, X-API-Key, If-None-Match, Range"
    /// Seconds for which a browser need not ask again.
    private static let preflightLifetime = "600"

    func apply(to response: inout Response, of request: Request) {
        guard !allowedOrigins.isEmpty else { return }
        // Caches must not give one site's answer to another.
        let vary = response.headers[.vary]
        response.headers[.vary] = vary.map { "\($0), Origin" } ?? "Origin"
        guard let origin = request.headers[.origin], allowedOrigins.contains(origin) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "ETag, Location, Retry-After, X-Request-ID"
        guard request.method == .options, request.headers[.accessControlRequestMethod] != nil else { return }
        response.headers[.accessControlAllowMethods] = response.headers[.allow]
        response.headers[.accessControlAllowHeaders] = Self.requestHeaders
        response.headers[.accessControlMaxAge] = Self.preflightLifetime
    }
}
