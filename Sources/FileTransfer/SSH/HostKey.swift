import CLibSSH
import Crypto
public import Vault

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The key by which clients know the box: ED25519, made at the first start, never changed.
public struct HostKey: Sendable {
    static let fileName = "ssh_host_ed25519_key"
    private static let type = "ssh-ed25519"

    /// As OpenSSH shows it: `SHA256:` and 43 characters.
    public let fingerprint: String
    /// For `known_hosts`: type and base64.
    public let publicKey: String
    /// The file in OpenSSH's form.
    let file: String

    /// Reads the key, or makes it.
    /// - Throws: `VaultError`; `HostKeyError` when the file is damaged.
    public init(in keys: KeyDirectory) throws {
        let file = String(decoding: try keys.loadOrCreate(Self.fileName) { Self.make() }, as: UTF8.self)
        self.file = file
        var key: ssh_key?
        guard ssh_pki_import_privkey_base64(file, nil, nil, nil, &key) == SSH_OK, let key else {
            throw HostKeyError(description: "keys/\(Self.fileName) is no private key in OpenSSH's form")
        }
        defer { ssh_key_free(key) }
        var text: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text else {
            throw HostKeyError(description: "keys/\(Self.fileName) has no public key")
        }
        defer { ssh_string_free_char(text) }
        let blob = String(cString: text)
        publicKey = "\(Self.type) \(blob)"
        let digest = Data(SHA256.hash(data: Data(base64Encoded: blob) ?? Data())).base64EncodedString()
        fingerprint = "SHA256:" + digest.prefix { $0 != "=" }
    }

    /// OpenSSH's form of an unencrypted key (its file PROTOCOL.key):
    ///
    ///     "openssh-key-v1" 00   cipher "none"   kdf "none"   kdf options ""   number of keys (4) = 1
    ///     public: "ssh-ed25519", 32 bytes
    ///     private: check (4) twice   "ssh-ed25519"   32 bytes   64 bytes: seed and public   comment   padding 1, 2, 3 …
    private static func make() -> [UInt8] {
        let key = Curve25519.Signing.PrivateKey()
        let publicBytes = Array(key.publicKey.rawRepresentation)
        var blob = SSHWriter()
        blob.string(type.utf8)
        blob.string(publicBytes)

        var secret = SSHWriter()
        let check = UInt32.random(in: .min ... .max)
        secret.uint32(check)
        secret.uint32(check)
        secret.string(type.utf8)
        secret.string(publicBytes)
        secret.string(Array(key.rawRepresentation) + publicBytes)
        secret.string("lpr-appliance".utf8)
        var padding: UInt8 = 1
        while secret.count % 8 != 0 {
            secret.byte(padding)
            padding += 1
        }

        var file = SSHWriter()
        for byte in Array("openssh-key-v1\0".utf8) { file.byte(byte) }
        file.string("none".utf8)
        file.string("none".utf8)
        file.string([])
        file.uint32(1)
        file.string(blob.take())
        file.string(secret.take())
        let text = Data(file.take()).base64EncodedString()
        var lines = ["-----BEGIN OPENSSH PRIVATE KEY-----"]
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(70)))
            rest = rest.dropFirst(70)
        }
        lines.append("-----END OPENSSH PRIVATE KEY-----\n")
        return Array(lines.joined(separator: "\n").utf8)
    }
}

/// The private half never gets into a log, whatever the key is part of (invariant 6).
extension HostKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { fingerprint }
    public var debugDescription: String { fingerprint }
    public var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint]) }
}

public struct HostKeyError: Error, CustomStringConvertible {
    public let description: String
}
