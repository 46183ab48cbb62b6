import Crypto

/// SHA-256 of a secret that is random itself, which is all that is kept of it (invariant 6).
///
/// Four words instead of an array: it is made for every request with a key, and lies in dictionaries.
struct SecretDigest: Sendable, Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(of text: Substring) {
        var text = text
        let digest = text.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
        words = digest.withUnsafeBytes { Self.words(in: $0) }
    }

    init(of text: String) {
        self.init(of: text[...])
    }

    /// - Returns: nil unless there are 32 bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        words = bytes.withUnsafeBytes { Self.words(in: $0) }
    }

    var bytes: [UInt8] {
        withUnsafeBytes(of: words) { Array($0) }
    }

    /// Takes the same time wherever the difference is.
    static func == (left: SecretDigest, right: SecretDigest) -> Bool {
        let (left, right) = (left.words, right.words)
        return (left.0 ^ right.0) | (left.1 ^ right.1) | (left.2 ^ right.2) | (left.3 ^ right.3) == 0
    }

    func hash(into hasher: inout Hasher) {
        // The digest of something random: one word tells as much as four.
        hasher.combine(words.0)
    }

    private static func words(in bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64) {
        (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }
}
