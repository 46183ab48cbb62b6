import Glibc
import Synchronization

/// Files that are being written, under names that nothing refers to.
final class TemporaryFiles: Sendable {
    private static let prefix = "picture-"
    private static let ending = ".part"
    /// Pictures are readable by the group, so that a backup program can be let in; never by others.
    private static let mode: mode_t = 0o640

    private let path: String
    let directory: Descriptor
    /// Tells the files of this run from those that an earlier one left behind.
    private let run: String
    private let counter = Mutex(0)

    /// Opens the directory and makes it if there is none; its parent has to exist.
    init(path: String) throws(MediaError) {
        self.path = path
        if mkdir(path, 0o750) != 0, errno != EEXIST {
            throw .io(operation: "make directory", path: path, errorNumber: errno)
        }
        let raw = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw .io(operation: "open directory", path: path, errorNumber: errno) }
        directory = Descriptor(raw: raw)
        run = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// Writes `bytes` to a new file and returns its name once they are on disk. When that fails, no file is left.
    func write(_ bytes: [UInt8]) throws(MediaError) -> String {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        let name = "\(Self.prefix)\(run)-\(number)\(Self.ending)"
        let shown = "\(path)/\(name)"
        let flags = O_WRONLY | O_CREAT | O_EXCL
        let file = try Descriptor.open(name, in: directory.raw, flags: flags, mode: Self.mode, shownPath: shown)
        do {
            try file.write(bytes, shownPath: shown)
            try file.sync(shownPath: shown)
        } catch {
            remove(name)
            throw error
        }
        return name
    }

    func remove(_ name: String) {
        unlinkat(directory.raw, name, 0)
    }

    /// Removes what earlier runs left unfinished and returns how many files that were. Files of other makers in the
    /// same directory stay.
    func removeLeftovers() throws(MediaError) -> Int {
        // The stream needs a description of its own: it moves the position and closes it.
        let own = openat(directory.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw .io(operation: "open directory", path: path, errorNumber: errno) }
        guard let stream = fdopendir(own) else {
            let number = errno
            close(own)
            throw .io(operation: "list directory", path: path, errorNumber: number)
        }
        defer { closedir(stream) }
        var removed = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.ending), !name.hasPrefix(Self.prefix + run + "-")
            else { continue }
            if unlinkat(directory.raw, name, 0) == 0 { removed += 1 }
        }
        return removed
    }
}
