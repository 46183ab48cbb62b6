import Glibc
import Synchronization

/// The directory of keys, `keys/`: 0700, its files 0600, both owned by the user that runs the appliance.
///
/// 1. A key that was returned is on disk: it is written under a temporary name, synced, linked to its name, and the
///    directory is synced, before anybody can protect something with it.
/// 2. A key never changes (a file of several keys only gains some, see `KeyRing`): the link fails where a name exists, and then the key of that name counts.
/// 3. What others could have read or changed is refused, not mended: the key may be known to them already.
public final class KeyDirectory: Sendable {
    /// Bytes. The largest keys are PEM files of a few kilobytes.
    private static let maximumKeyLength = 64 * 1_024
    private static let temporaryEnding = ".part"

    private let path: String
    private let directory: KeyDescriptor
    /// So that `make` runs once, however many ask for a key at once.
    private let making = Mutex(())

    /// Opens the directory and makes it if there is none; its parent has to exist.
    ///
    /// - Throws: `VaultError` of kind `insecure` or `io`.
    public init(path: String) throws(VaultError) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .io("make key directory", path: path, errorNumber: errno)
        }
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard opened >= 0 else {
            if errno == ELOOP || errno == ENOTDIR {
                throw .insecure(
                    "open key directory",
                    path: path,
                    cause: "it is a symbolic link or no directory",
                    hint: "move it away or name the real directory"
                )
            }
            throw .io("open key directory", path: path, errorNumber: errno)
        }
        directory = KeyDescriptor(raw: opened)
        try directory.checkPrivate("open key directory", path: path, type: S_IFDIR, mode: "700")
        // An earlier run may have ended between the link and the sync that makes it last.
        try directory.sync(path: path)
        let parent = openat(opened, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw .io("open parent of", path: path, errorNumber: errno) }
        try KeyDescriptor(raw: parent).sync(path: "\(path)/..")
    }

    /// The key of that name; the first time it is what `make` returns, and is on disk when this returns.
    ///
    /// Blocks until the disk has it; meant for the start of the appliance.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `A–Z a–z 0–9 . _ -`, no dot in front, not ending in `.part`.
    ///   - make: makes the key; 1 byte to 64 KiB.
    /// - Throws: `VaultError`, and what `make` throws.
    public func loadOrCreate(_ name: String, make: () throws -> [UInt8]) throws -> [UInt8] {
        guard Self.isPlain(name) else { throw VaultError.invalidName(name) }
        return try making.withLock { _ in
            if let key = try load(name) { return key }
            let key = try make()
            guard (1...Self.maximumKeyLength).contains(key.count) else {
                throw VaultError.damaged("make key", path: shown(name), cause: "it has \(key.count) bytes")
            }
            if try create(name, key) { return key }
            // Another process was faster; its key is the one that counts.
            guard let key = try load(name) else {
                throw VaultError.io("open key", path: shown(name), errorNumber: ENOENT)
            }
            return key
        }
    }

    /// Puts a file in the place of the one of that name, for files that hold several keys: the new one is on disk whole
    /// before the old one goes, and it is on disk under its name when this returns.
    ///
    /// - Throws: `VaultError`; then the old one is still there.
    func replace(_ name: String, with bytes: [UInt8]) throws(VaultError) {
        try making.withLock { (_) throws(VaultError) in
            let temporary = name + Self.temporaryEnding
            unlinkat(directory.raw, temporary, 0)
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
            let opened = openat(directory.raw, temporary, flags, 0o600)
            guard opened >= 0 else { throw .io("make key", path: shown(temporary), errorNumber: errno) }
            let file = KeyDescriptor(raw: opened)
            do throws(VaultError) {
                try file.write(bytes, path: shown(temporary))
                try file.sync(path: shown(temporary))
                guard renameat(directory.raw, temporary, directory.raw, name) == 0 else {
                    throw .io("name key", path: shown(name), errorNumber: errno)
                }
            } catch {
                unlinkat(directory.raw, temporary, 0)
                throw error
            }
            try directory.sync(path: path)
        }
    }

    /// The key of that name; nil when there is none.
    func load(_ name: String) throws(VaultError) -> [UInt8]? {
        // O_NONBLOCK: a named pipe under this name is refused below instead of waited for.
        let opened = openat(directory.raw, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard opened >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP:
                throw .insecure(
                    "open key",
                    path: shown(name),
                    cause: "it is a symbolic link",
                    hint: "put the file itself there"
                )
            case let number: throw .io("open key", path: shown(name), errorNumber: number)
            }
        }
        let file = KeyDescriptor(raw: opened)
        try file.checkPrivate("open key", path: shown(name), type: S_IFREG, mode: "600")
        let key = try file.read(upTo: Self.maximumKeyLength + 1, path: shown(name))
        guard (1...Self.maximumKeyLength).contains(key.count) else {
            throw .damaged("read key", path: shown(name), cause: key.isEmpty ? "it is empty" : "it is too long")
        }
        return key
    }

    /// - Returns: false when there is a key of that name already.
    private func create(_ name: String, _ key: [UInt8]) throws(VaultError) -> Bool {
        let temporary = name + Self.temporaryEnding
        // What a crash left behind; nobody has used it, because it never had its name.
        unlinkat(directory.raw, temporary, 0)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let opened = openat(directory.raw, temporary, flags, 0o600)
        guard opened >= 0 else { throw .io("make key", path: shown(temporary), errorNumber: errno) }
        defer { unlinkat(directory.raw, temporary, 0) }
        let file = KeyDescriptor(raw: opened)
        try file.write(key, path: shown(temporary))
        try file.sync(path: shown(temporary))
        // A link and not a rename, because a rename would replace the key of a faster process.
        guard linkat(directory.raw, temporary, directory.raw, name, 0) == 0 else {
            if errno == EEXIST { return false }
            throw .io("name key", path: shown(name), errorNumber: errno)
        }
        try directory.sync(path: path)
        return true
    }

    func shown(_ name: String) -> String { "\(path)/\(name)" }

    private static func isPlain(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), !name.hasPrefix("."), !name.hasSuffix(temporaryEnding) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
