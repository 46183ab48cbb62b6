public import Domain
import Synchronization
public import Vault

/// What is done to a picture before it is stored.
public struct PictureOptions: Sendable {
    /// Whether the position of the camera is taken out of a picture (`media.strip_gps`).
    public var stripsPosition: Bool
    /// Whether new files are sealed (`media.encryption`).
    public var seals: Bool
    /// The keys of sealed pictures; also needed when new ones are not sealed any more.
    public var keys: KeyRing?

    public init(stripsPosition: Bool = false, seals: Bool = false, keys: KeyRing? = nil) {
        self.stripsPosition = stripsPosition
        self.seals = seals
        self.keys = keys
    }
}

/// Which sealed pictures did not open, for health.
final class SealedProblems: Sendable {
    private static let limit = 16

    private let state = Mutex<[MediaError.Kind: [String]]>([:])

    func note(_ error: MediaError, path: String) {
        state.withLock { state in
            let known = state[error.kind, default: []]
            if known.count < Self.limit, !known.contains(path) { state[error.kind, default: []].append(path) }
        }
    }

    func paths(_ kind: MediaError.Kind) -> [String] { state.withLock { $0[kind] ?? [] } }
}

extension PictureStore {
    /// What is wrong with sealed pictures, for people; nil when nothing is known to be.
    public var sealingProblem: String? {
        if options.seals, options.keys?.sealing == nil {
            return "no key to seal pictures with: \(KeyRing.fileName) is empty or missing"
        }
        if let path = sealedProblems.paths(.keyMissing).first {
            return "pictures cannot be opened, because their key is not in \(KeyRing.fileName), such as \(path)"
        }
        return sealedProblems.paths(.damaged).first.map { "sealed pictures were changed on disk, such as \($0)" }
    }

    /// Adds a key to the key ring, which seals from now on; stored pictures stay as they are.
    ///
    /// - Returns: nil when there is no key ring.
    /// - Throws: `VaultError`, `MediaError.busy`.
    public func rotateKey(at now: Instant) async throws -> KeyRing.Entry? {
        guard let keys = options.keys else { return nil }
        return try await writers.run { try keys.rotate(at: now) }
    }

    /// The keys of sealed pictures, oldest first.
    public var keyEntries: [KeyRing.Entry] { options.keys?.entries ?? [] }

    /// Whether the keys come from systemd.
    public var keysAreCredential: Bool { options.keys?.isCredential ?? false }
}
