public import Domain
public import Identity

/// What requests are bounded by, and which origins and networks are let in.
public struct RequestLimits: Sendable {
    /// Bytes of one body with pictures.
    public var body: Int
    /// Bytes of one body that has no business with pictures.
    public static let plainBody = 16 * 1_024
    /// Bytes of a device's report about itself.
    public static let healthBody = 16 * 1_024
    /// Bytes and events of one batch.
    public static let batchBody = 8 << 20
    public static let batchEvents = 1_000
    /// Bytes of all bodies that are in memory at once.
    public let bodies: BodyBudget
    /// Bytes of one picture.
    public var picture: Int
    /// Requests per second of one address, before anybody is recognised.
    public let perAddress: RateLimiter
    /// Requests per second of one user or of one key that is no device's.
    public let perUser: RateLimiter
    /// Events per second of one device.
    public let perDevice: RateLimiter
    /// Networks whose cameras may send events without a key.
    public var trustedNetworks: TrustedNetworks
    /// Origins beside our own whose pages may change something with a cookie: `https://example.org`.
    public var allowedOrigins: Set<String>
    /// Whose word on their clients is taken.
    public var proxies: TrustedProxies
    /// Whether the appliance itself speaks TLS.
    public var isTLS: Bool

    public init(
        body: Int, bodies: BodyBudget = BodyBudget(), picture: Int,
        perAddress: RateLimiter, perUser: RateLimiter,
        perDevice: RateLimiter,
        trustedNetworks: TrustedNetworks, allowedOrigins: Set<String>, proxies: TrustedProxies, isTLS: Bool
    ) {
        self.body = body
        self.bodies = bodies
        self.picture = picture
        self.perAddress = perAddress
        self.perUser = perUser
        self.perDevice = perDevice
        self.trustedNetworks = trustedNetworks
        self.allowedOrigins = allowedOrigins
        self.proxies = proxies
        self.isTLS = isTLS
    }

    func isTrusted(_ address: String) -> Bool { trustedNetworks.contains(address) }
}
