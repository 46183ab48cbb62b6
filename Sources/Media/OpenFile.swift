import Crypto
import Glibc

/// A regular file that is open for reading; its bytes are read in pieces, never held as a whole.
final class OpenFile: Sendable {
    private static let chunkLength = 256 * 1_024

    let file: Descriptor
    /// Bytes.
    let size: Int
    /// What an error calls the file.
    let shownPath: String

    /// - Throws: `MediaError.unsafePath` for anything but a regular file.
    init(_ file: consuming Descriptor, shownPath: String) throws(MediaError) {
        size = try file.regularFileSize(shownPath: shownPath)
        self.file = file
        self.shownPath = shownPath
    }

    /// The bytes of `range`, fewer when the file ends before it does.
    func read(_ range: Range<Int>) throws(MediaError) -> [UInt8] { try file.read(range, shownPath: shownPath) }

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
