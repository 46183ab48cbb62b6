import CLibSSH

/// The algorithms that the server offers: those that current advice calls good, and that every client of the last ten
/// years has one of.
enum SSHAlgorithms {
    /// Those that also withstand quantum computers come first; libssh has them from 0.11 on and passes over what it does
    /// not know. Larger groups than 16 would cost the box much more than they cost a stranger.
    static let keyExchange = [
        "mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com", "curve25519-sha256",
        "curve25519-sha256@libssh.org", "diffie-hellman-group16-sha512",
    ]
    static let ciphers = [
        "chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr",
    ]
    static let macs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"]
    /// Of the server's own key.
    static let hostKey = ["ssh-ed25519"]
    /// Of the devices' keys.
    static let publicKeys = [
        "ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521", "sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "rsa-sha2-256",
    ]
    static let rsaBits: Int32 = 2_048

    /// - Returns: false when the library refuses one of the lists.
    static func apply(to bind: ssh_bind) -> Bool {
        let lists: [(ssh_bind_options_e, [String])] = [
            (SSH_BIND_OPTIONS_KEY_EXCHANGE, keyExchange),
            (SSH_BIND_OPTIONS_CIPHERS_C_S, ciphers), (SSH_BIND_OPTIONS_CIPHERS_S_C, ciphers),
            (SSH_BIND_OPTIONS_HMAC_C_S, macs), (SSH_BIND_OPTIONS_HMAC_S_C, macs),
            (SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, hostKey),
            (SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, publicKeys),
        ]
        for (option, names) in lists {
            guard ssh_bind_options_set(bind, option, names.joined(separator: ",")) == 0 else { return false }
        }
        _ = lpr_ssh_bind_require_rsa_bits(bind, rsaBits)
        return true
    }
}
