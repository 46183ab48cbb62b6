import Crypto
public import Domain
import Glibc
import Synchronization

/// The keys that pictures are sealed with: the newest seals, all of them open.
///
/// A text file, one key a line, oldest first; lines that begin with `#` say something to people:
///
///     v1 ID CREATED SECRET
///     v1 1f0c6a9e5b7d2843 2026-11-24T21:00:00Z 64 hexadecimal digits
///
/// `ID` follows from the secret, so that a line that was damaged or mistyped is found.
///
/// 1. The file is `keys/media.keys`, or the systemd credential `media.keys` (see `SystemdCredentials`), which then is the
///    only one and is never written to.
/// 2. A key seals only after it is on disk.
/// 3. Keys are added and never removed here: what they have sealed could never be read again.
public final class KeyRing: Sendable {
    /// The name of the file and of the credential.
    public static let fileName = "media.keys"
    /// A ring of daily rotations for three years.
    static let keyLimit = 1_000

    private let directory: KeyDirectory?
    private let path: String
    private let keys: Mutex<[SealingKey]>

    /// A key as lists show it.
    public struct Entry: Sendable, Hashable {
        public let id: String
        public let createdAt: Instant
        /// Whether new pictures are sealed with it.
        public let isSealing: Bool
    }

    /// Reads the ring; there need not be one.
    ///
    /// - Parameter credentials: the directory that systemd names in `CREDENTIALS_DIRECTORY`.
    /// - Throws: `VaultError`.
    public init(directory: KeyDirectory, credentials: String?) throws(VaultError) {
        if let credential = credentials.flatMap({ SystemdCredentials(directory: $0).path(of: Self.fileName) }) {
            self.directory = nil
            path = credential
            keys = Mutex(try Self.parse(CredentialFile.read(credential), path: credential))
        } else {
            self.directory = directory
            path = directory.shown(Self.fileName)
            keys = Mutex(
                try directory.load(Self.fileName).map { (bytes) throws(VaultError) in
                    try Self.parse(bytes, path: directory.shown(Self.fileName))
                } ?? [])
        }
    }

    /// Whether the keys come from systemd, so that they are added there.
    public var isCredential: Bool { directory == nil }

    /// Oldest first.
    public var entries: [Entry] {
        let keys = keys.withLock { $0 }
        return keys.map { Entry(id: $0.id, createdAt: $0.createdAt, isSealing: $0.id == keys.last?.id) }
    }

    /// The key that seals; nil when there is none yet.
    public var sealing: SealingKey? { keys.withLock { $0.last } }

    func key(_ id: [UInt8]) -> SealingKey? { keys.withLock { $0.last { $0.idBytes == id } } }

    /// Makes the first key when there is none. Blocks until the disk has it.
    ///
    /// - Throws: `VaultError`.
    public func makeFirst(at now: Instant) throws(VaultError) {
        try keys.withLock { (keys) throws(VaultError) in
            if keys.isEmpty { try add(to: &keys, at: now) }
        }
    }

    /// Adds a key, which seals from now on; what is sealed stays as it is. Blocks until the disk has it.
    ///
    /// - Throws: `VaultError`.
    public func rotate(at now: Instant) throws(VaultError) -> Entry {
        try keys.withLock { (keys) throws(VaultError) in
            let key = try add(to: &keys, at: now)
            return Entry(id: key.id, createdAt: key.createdAt, isSealing: true)
        }
    }

    @discardableResult
    private func add(to keys: inout [SealingKey], at now: Instant) throws(VaultError) -> SealingKey {
        guard let directory else { throw .readOnly("add key", path: path) }
        guard keys.count < Self.keyLimit else {
            throw .damaged("add key", path: path, cause: "it has \(keys.count) keys already")
        }
        let key = SealingKey.make(at: now)
        try directory.replace(Self.fileName, with: Self.text(keys + [key]))
        keys.append(key)
        return key
    }

    static func text(_ keys: [SealingKey]) -> [UInt8] {
        var text = """
            # Keys of the pictures of LPR Appliance. Whoever has them can read every picture; without them nobody can.
            # Keep a copy apart from the pictures. The last one seals new pictures; never remove a line.

            """
        for key in keys {
            let secret = key.secret.withUnsafeBytes { Hexadecimal.text($0) }
            text += "v1 \(key.id) \(key.createdAt.rfc3339) \(secret)\n"
        }
        return Array(text.utf8)
    }

    /// - Throws: `VaultError.damaged` with the number of the line, never with what stands in it.
    static func parse(_ bytes: [UInt8], path: String) throws(VaultError) -> [SealingKey] {
        var keys: [SealingKey] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            func damaged(_ cause: String) -> VaultError {
                .damaged("read key", path: path, cause: "line \(number + 1): \(cause)")
            }
            guard words.count == 4, first == "v1" else { throw damaged("it is not 'v1 ID CREATED SECRET'") }
            guard let createdAt = Instant(rfc3339: String(words[2])) else { throw damaged("the time is none") }
            guard let secret = Hexadecimal.bytes(words[3]), secret.count == SealingKey.byteCount else {
                throw damaged("the secret is not \(SealingKey.byteCount * 2) hexadecimal digits")
            }
            let key = SealingKey(secret: SymmetricKey(data: secret), createdAt: createdAt)
            guard key.id == words[1] else { throw damaged("the id is not that of the secret") }
            guard !keys.contains(where: { $0.id == key.id }) else { throw damaged("the key is there twice") }
            guard keys.count < keyLimit else { throw damaged("there are more than \(keyLimit) keys") }
            keys.append(key)
        }
        return keys
    }
}

/// The file of a credential; its owner and mode are systemd's business.
private enum CredentialFile {
    private static let limit = 256 * 1_024

    static func read(_ path: String) throws(VaultError) -> [UInt8] {
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw .io("open credential", path: path, errorNumber: errno) }
        let bytes = try KeyDescriptor(raw: opened).read(upTo: limit + 1, path: path)
        guard bytes.count <= limit else { throw .damaged("read credential", path: path, cause: "it is too long") }
        return bytes
    }
}
