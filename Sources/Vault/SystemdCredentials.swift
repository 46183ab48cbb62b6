import Glibc

/// The files that systemd gives to the service: only the service can read them, whoever owns what they were made from.
///
/// A credential is called `NAME` where the unit loads it by itself, and `credentials_NAME` where it loads a directory
/// under the name `credentials`: systemd puts that name before those of the files.
///
/// One of a single byte is none: systemd does not start a service whose credential is missing, unless the unit says what
/// stands in its place, and that cannot be empty. Ours says a line break.
public struct SystemdCredentials: Sendable {
    private static let prefixes = ["", "credentials_"]

    private let directory: String

    /// - Parameter directory: what `CREDENTIALS_DIRECTORY` says.
    public init(directory: String) { self.directory = directory }

    /// Where the credential of that name lies; nil when there is none.
    public func path(of name: String) -> String? {
        Self.prefixes.lazy.map { "\(directory)/\($0)\(name)" }.first { Self.holdsSomething($0) }
    }

    private static func holdsSomething(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 1
    }
}
