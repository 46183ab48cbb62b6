import Crypto

enum Digest {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// Of a whole regular file, without holding it in memory.
    static func sha256(of file: borrowing Descriptor, shownPath: String) throws(MediaError) -> [UInt8] {
        let chunkLength = 256 * 1_024
        var hash = SHA256()
        var position = 0
        let size = try file.regularFileSize(shownPath: shownPath)
        while position < size {
            let chunk = try file.read(position..<min(size, position + chunkLength), shownPath: shownPath)
            // Shorter than its size says: it is being cut, or the disk is damaged; either way the hash will not fit.
            guard !chunk.isEmpty else { break }
            hash.update(data: chunk)
            position += chunk.count
        }
        return Array(hash.finalize())
    }
}
