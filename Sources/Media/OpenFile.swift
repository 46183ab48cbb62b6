import Crypto
import Glibc
import Vault

/// A regular file that is open for reading; its bytes are read in pieces, never held as a whole. Those of a sealed file
/// are its content.
final class OpenFile: Sendable {
    private static let chunkLength = 256 * 1_024

    let file: Descriptor
    /// Bytes of the content.
    let size: Int
    private let sealed: SealedFile?
    /// What an error calls the file.
    let shownPath: String

    /// - Throws: `MediaError.unsafePath` for anything but a regular file.
    init(_ file: consuming Descriptor, shownPath: String) throws(MediaError) {
        size = try file.regularFileSize(shownPath: shownPath)
        sealed = nil
        self.file = file
        self.shownPath = shownPath
    }

    /// Opens a stored file, which is sealed or not: its first bytes tell.
    ///
    /// - Parameter path: below the directory of pictures; a sealed file opens under no other.
    /// - Throws: `MediaError` of kind `keyMissing` or `damaged` when it is sealed and does not open.
    init(stored file: consuming Descriptor, path: PicturePath, keys: KeyRing?) throws(MediaError) {
        let length = try file.regularFileSize(shownPath: path.text)
        let start = try file.read(0..<min(length, SealedFile.headerLength), shownPath: path.text)
        if start.starts(with: SealedFile.magic) {
            do {
                let sealed = try SealedFile(opening: start, fileLength: length, label: path.text, keys: keys)
                self.sealed = sealed
                size = sealed.contentLength
            } catch {
                throw MediaError(error, path: path.text)
            }
        } else {
            sealed = nil
            size = length
        }
        self.file = file
        shownPath = path.text
    }

    /// The bytes of `range`, fewer when the file ends before it does. Of a sealed file one chunk at a time is opened.
    func read(_ range: Range<Int>) throws(MediaError) -> [UInt8] {
        guard let sealed else { return try file.read(range, shownPath: shownPath) }
        let wanted = range.clamped(to: 0..<size)
        guard !wanted.isEmpty else { return [] }
        var result: [UInt8] = []
        result.reserveCapacity(wanted.count)
        for chunk in sealed.chunks(of: wanted) {
            let bytes = try file.read(sealed.place(of: chunk), shownPath: shownPath)
            do {
                let content = try sealed.open(bytes, chunk: chunk)
                let range = sealed.content(of: chunk)
                let part = wanted.clamped(to: range)
                result += content[(part.lowerBound - range.lowerBound)..<(part.upperBound - range.lowerBound)]
            } catch {
                throw MediaError(error, path: shownPath)
            }
        }
        return result
    }

    /// Hands out the bytes from first to last.
    ///
    /// - Throws: `MediaError.io` also when the file ends before its size.
    func forEachChunk(_ body: ([UInt8]) throws(MediaError) -> Void) throws(MediaError) {
        var position = 0
        while position < size {
            let chunk = try read(position..<min(size, position + Self.chunkLength))
            guard !chunk.isEmpty else { throw .io(operation: "read to the end of", path: shownPath, errorNumber: EIO) }
            try body(chunk)
            position += chunk.count
        }
    }

    /// The 32 bytes of the SHA-256. Of a file that is shorter than its size, which is damaged, that of what is there.
    func digest() throws(MediaError) -> [UInt8] {
        var hash = SHA256()
        var position = 0
        while position < size {
            let chunk = try read(position..<min(size, position + Self.chunkLength))
            guard !chunk.isEmpty else { break }
            hash.update(data: chunk)
            position += chunk.count
        }
        return Array(hash.finalize())
    }
}
