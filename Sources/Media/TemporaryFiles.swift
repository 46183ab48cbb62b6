import Glibc
import Synchronization
import Vault

/// Files that are being written, under names that nothing refers to.
final class TemporaryFiles: Sendable {
    private static let prefix = "picture-"
    private static let ending = ".part"
    /// Pictures are readable by the group, so that a backup program can be let in; never by others.
    static let mode: mode_t = 0o640

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

    /// Gives the content a name here and returns it once the content is on disk. When that fails, no file is left.
    ///
    /// What an open file holds is not copied when the file can get a second name.
    /// - Parameter sealed: how the file is sealed; nil when it is not.
    func place(_ content: PictureContent, sealed: SealedFile? = nil) throws(MediaError) -> String {
        if let sealed { return try seal(content, as: sealed) }
        switch content {
        case .bytes(let bytes):
            return try write { (file: borrowing Descriptor, shown: String) throws(MediaError) in
                try file.write(bytes, shownPath: shown)
            }
        case .file(let source):
            if let name = try link(source) { return name }
            return try copy(source)
        }
    }

    /// Holds one chunk at a time in memory.
    private func seal(_ content: PictureContent, as sealed: SealedFile) throws(MediaError) -> String {
        try write { (file: borrowing Descriptor, shown: String) throws(MediaError) in
            try file.write(sealed.header, shownPath: shown)
            for chunk in 0..<sealed.chunkCount {
                let bytes = try content.read(sealed.content(of: chunk))
                let enciphered: [UInt8]
                do throws(SealedFile.Failure) {
                    enciphered = try sealed.seal(bytes, chunk: chunk)
                } catch {
                    throw MediaError(error, path: shown)
                }
                try file.write(enciphered, shownPath: shown)
            }
        }
    }

    private func nextName() -> String {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        return "\(Self.prefix)\(run)-\(number)\(Self.ending)"
    }

    /// - Returns: nil when this file cannot have another name here.
    private func link(_ source: OpenFile) throws(MediaError) -> String? {
        let name = nextName()
        let open = "/proc/self/fd/\(source.file.raw)"
        guard linkat(AT_FDCWD, open, directory.raw, name, AT_SYMLINK_FOLLOW) == 0 else {
            guard errno == ENOSPC || errno == EDQUOT else { return nil }
            throw .io(operation: "link to", path: "\(path)/\(name)", errorNumber: errno)
        }
        // As a file that was written here; it keeps its owner's mode when it is not ours.
        fchmod(source.file.raw, Self.mode)
        return name
    }

    private func copy(_ source: OpenFile) throws(MediaError) -> String {
        try write { (file: borrowing Descriptor, shown: String) throws(MediaError) in
            let raw = file.raw
            try source.forEachChunk { (chunk: [UInt8]) throws(MediaError) in
                try Descriptor.write(chunk, to: raw, shownPath: shown)
            }
        }
    }

    private func write(
        _ body: (borrowing Descriptor, String) throws(MediaError) -> Void
    ) throws(MediaError) -> String {
        let name = nextName()
        let shown = "\(path)/\(name)"
        let flags = O_WRONLY | O_CREAT | O_EXCL
        let file = try Descriptor.open(name, in: directory.raw, flags: flags, mode: Self.mode, shownPath: shown)
        do {
            try body(file, shown)
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
