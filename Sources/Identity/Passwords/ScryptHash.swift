import Crypto
import CryptoExtras

/// A password hash in the text form `$scrypt$ln=15,r=8,p=1$SALT$HASH`, base64 without padding.
struct ScryptHash: Sendable, Equatable {
    /// The cost of one hash: memory is `128 · 2^ln · r` bytes, 32 MiB by default.
    struct Cost: Sendable, Equatable {
        var logarithmOfRounds = 15
        var blockSize = 8
        var parallelism = 1

        /// Bounds for what is read back, so that a damaged row cannot ask for gigabytes.
        var isSane: Bool {
            (1...16).contains(logarithmOfRounds) && (1...16).contains(blockSize) && (1...4).contains(parallelism)
                && 128 * blockSize << logarithmOfRounds <= 64 << 20
        }
    }

    static let saltLength = 16
    static let hashLength = 32

    let cost: Cost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Computes the hash of a password; takes some 100 ms with the default cost.
    init(password: String, salt: [UInt8], cost: Cost, length: Int = hashLength) throws {
        self.cost = cost
        self.salt = salt
        hash = try Self.derive(password, salt, cost, length)
    }

    /// - Returns: nil for everything that is not the text form, or whose cost is out of bounds.
    init?(encoded: String) {
        guard encoded.utf8.count <= 256 else { return nil }
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let numbers = parts[2].split(separator: ",", omittingEmptySubsequences: false)
        guard
            numbers.count == 3,
            let logarithm = Self.number(numbers[0], "ln="), let blockSize = Self.number(numbers[1], "r="),
            let parallelism = Self.number(numbers[2], "p="),
            let salt = Base64.standard.decode(parts[3]), (8...64).contains(salt.count),
            let hash = Base64.standard.decode(parts[4]), (16...64).contains(hash.count)
        else { return nil }
        cost = Cost(logarithmOfRounds: logarithm, blockSize: blockSize, parallelism: parallelism)
        guard cost.isSane else { return nil }
        self.salt = salt
        self.hash = hash
    }

    var encoded: String {
        let cost = "ln=\(cost.logarithmOfRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        return "$scrypt$\(cost)$\(Base64.standard.encode(salt))$\(Base64.standard.encode(hash))"
    }

    /// Whether it is the hash of that password; compares in constant time.
    func matches(_ password: String) throws -> Bool {
        let other = try Self.derive(password, salt, cost, hash.count)
        return zip(hash, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost, _ length: Int) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(password.utf8),
            salt: salt,
            outputByteCount: length,
            rounds: 1 << cost.logarithmOfRounds,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        )
        return key.withUnsafeBytes { Array($0) }
    }

    private static func number(_ text: Substring, _ name: String) -> Int? {
        guard text.hasPrefix(name) else { return nil }
        let digits = text.dropFirst(name.count)
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }
}
