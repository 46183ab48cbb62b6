import Crypto
public import Domain

/// A key of the key ring: 32 random bytes that seal pictures at rest.
public struct SealingKey: Sendable {
    static let byteCount = 32

    /// 16 hexadecimal digits that follow from the key and tell nothing about it.
    public let id: String
    public let createdAt: Instant
    let secret: SymmetricKey

    /// The 8 bytes of `id`.
    let idBytes: [UInt8]

    init(secret: SymmetricKey, createdAt: Instant) {
        self.secret = secret
        // A key ring and a file agree about a key exactly when they have the same one.
        var hash = SHA256()
        hash.update(data: Array("lpr-appliance sealing key id".utf8))
        secret.withUnsafeBytes { hash.update(bufferPointer: $0) }
        idBytes = Array(hash.finalize().prefix(8))
        id = Hexadecimal.text(idBytes)
        self.createdAt = createdAt
    }

    static func make(at now: Instant) -> SealingKey {
        // To the second, as it is written.
        SealingKey(
            secret: SymmetricKey(size: .bits256), createdAt: Instant(seconds: now.microseconds / 1_000_000))
    }
}

enum Hexadecimal {
    /// Lower-case digits.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Nil for anything but pairs of lower-case digits.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
