import CLibSSH

/// libssh as it is loaded now, which may be newer than the one that this was built with.
public enum SSHLibrary {
    /// Such as `0.10.6`.
    public static var version: String {
        // 0.10.6/openssl/zlib
        let text = ssh_version(0).map { String(cString: $0) } ?? "unknown"
        return String(text.prefix { $0 != "/" })
    }
}
