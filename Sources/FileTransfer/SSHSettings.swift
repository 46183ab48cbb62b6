/// How the SSH server is set up.
public struct SSHSettings: Sendable {
    /// An address and port to listen on; port 0 lets the system choose.
    public struct Address: Sendable, Hashable, CustomStringConvertible {
        /// IPv4 or IPv6, without brackets.
        public let host: String
        public let port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// Empty: there is no SSH server.
    public var listen: [Address]
    /// The directory of the devices' roots; it has to exist.
    public var roots: String
    /// Connections at once that are logged in or are about to.
    public var connectionLimit = 128
    /// Connections at once that are not logged in.
    public var strangerLimit = 96
    /// Those of one address. Fifty cameras may stand behind one router, and come back at once after a power cut.
    public var strangersOfAddress = 64
    /// Until a connection has to be logged in.
    public var loginTime: Duration = .seconds(30)
    /// Without a byte in either direction a connection ends.
    public var idleTime: Duration = .seconds(600)
    /// Where rsync is; nil when it may not be used.
    public var rsync: String? = "/usr/bin/rsync"

    public init(listen: [Address], roots: String) {
        self.listen = listen
        self.roots = roots
    }
}
