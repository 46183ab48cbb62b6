public import Domain
public import Identity
import NIOHTTP1

/// Lets callers in, or not.
package protocol LiveGate: Sendable {
    /// Whether the appliance itself speaks TLS.
    var isTLS: Bool { get }
    /// Whose word on their clients is taken.
    var proxies: TrustedProxies { get }

    /// - Parameter isSocketIO: whether credentials may still come later.
    /// - Throws: `UpgradeRefusal` 401, 403 or 429.
    func admit(_ caller: Caller, isSocketIO: Bool) async throws(UpgradeRefusal) -> Visitor
}

/// The gate of the appliance: the same credentials, networks, origins and rates as over HTTP.
public struct ApplianceGate: LiveGate {
    let identity: Identity
    let trustedNetworks: TrustedNetworks
    let allowedOrigins: Set<String>
    let perAddress: RateLimiter
    package let proxies: TrustedProxies
    package let isTLS: Bool

    public init(
        identity: Identity, trustedNetworks: TrustedNetworks, allowedOrigins: Set<String>, perAddress: RateLimiter,
        proxies: TrustedProxies, isTLS: Bool
    ) {
        self.identity = identity
        self.trustedNetworks = trustedNetworks
        self.allowedOrigins = allowedOrigins
        self.perAddress = perAddress
        self.proxies = proxies
        self.isTLS = isTLS
    }

    package func admit(_ caller: Caller, isSocketIO: Bool) async throws(UpgradeRefusal) -> Visitor {
        if case .refused(let wait) = perAddress.spend(key: AddressGroup(caller.address).rateLimitKey) {
            throw .tooManyRequests(wait)
        }
        // Whoever's page a browser shows can make it connect, also into a trusted network.
        guard caller.isFromAllowedOrigin(allowedOrigins) else {
            throw UpgradeRefusal(.forbidden, code: "wrong-origin", PageOrigin.refusal)
        }
        if let ticket = caller.ticket { return try visitor(ticket, caller) }
        if let visitor = try await visitor(caller.credentials, caller.address) { return visitor }
        if trustedNetworks.contains(caller.address) {
            return Visitor(address: caller.address, principal: .trustedNetwork(address: caller.address))
        }
        guard isSocketIO else {
            throw UpgradeRefusal(
                .unauthorized, code: "login-needed", "This needs a login, an access token or an API key.")
        }
        return Visitor(address: caller.address, principal: nil)
    }

    /// - Returns: nil when no credentials were shown.
    func visitor(_ credentials: Credentials, _ address: String) async throws(UpgradeRefusal) -> Visitor? {
        do {
            guard let recognition = try await identity.recognise(credentials) else { return nil }
            return Visitor(address: address, principal: recognition.principal) { [identity] in
                do {
                    return try await identity.recognise(credentials) != nil
                } catch is IdentityError {
                    return false
                } catch {
                    // The database cannot be asked at the moment; that is no reason to end anything.
                    return true
                }
            }
        } catch let error as IdentityError {
            throw UpgradeRefusal(error)
        } catch {
            throw UpgradeRefusal(.serviceUnavailable, code: "busy", "Try again later.", headers: ["Retry-After": "2"])
        }
    }

    private func visitor(_ ticket: String, _ caller: Caller) throws(UpgradeRefusal) -> Visitor {
        do throws(IdentityError) {
            let principal = try identity.socketTickets.redeem(ticket)
            return Visitor(address: caller.address, principal: principal) { [identity] in identity.isKnown(principal) }
        } catch {
            throw UpgradeRefusal(error)
        }
    }
}

extension UpgradeRefusal {
    init(_ error: IdentityError) {
        switch error.code {
        case .disabled: self.init(.forbidden, code: "disabled", error.message)
        case .busy: self.init(.serviceUnavailable, code: "busy", error.message, headers: ["Retry-After": "2"])
        default: self.init(.unauthorized, code: "credentials", error.message)
        }
    }

    static func tooManyRequests(_ wait: Duration) -> UpgradeRefusal {
        UpgradeRefusal(
            .tooManyRequests, code: "too-many-requests", "Too many requests; try again later.",
            headers: ["Retry-After": "\(max(1, (wait.wholeMilliseconds + 999) / 1_000))"])
    }
}
