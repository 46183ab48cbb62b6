package import Identity

/// Who holds a live connection.
package struct Visitor: Sendable {
    let address: String
    /// Nil for a Socket.IO client that may still show credentials when it connects to a namespace.
    let principal: Principal?
    /// Whether large messages are taken already; from strangers only after they have shown credentials.
    let maySendMuch: Bool
    /// Whether the credentials are still good; asked now and then, because connections outlive passwords.
    let isStillWelcome: @Sendable () async -> Bool

    package init(
        address: String, principal: Principal?, maySendMuch: Bool? = nil,
        isStillWelcome: @escaping @Sendable () async -> Bool = { true }
    ) {
        self.address = address
        self.principal = principal
        self.maySendMuch = maySendMuch ?? (principal != nil)
        self.isStillWelcome = isStillWelcome
    }
}
