import Crypto
import Glibc

extension PictureStore {
    private static let portion = 256 * 1_024

    /// The beginning of a file that somebody else has open, read on the threads for reading.
    /// - Parameter limit: bytes at most.
    /// - Throws: `MediaError` of kind `busy` or `io`.
    public func beginning(of descriptor: Int32, limit: Int) async throws -> [UInt8] {
        try await readers.run { try Self.read(descriptor, at: 0, count: limit) }
    }

    /// The 32 bytes of the SHA-256 of a file that somebody else has open.
    /// - Throws: `MediaError` of kind `busy` or `io`.
    public func sha256(of descriptor: Int32) async throws -> [UInt8] {
        try await readers.run {
            var hash = SHA256()
            var position = 0
            while true {
                let bytes = try Self.read(descriptor, at: position, count: Self.portion)
                guard !bytes.isEmpty else { return Array(hash.finalize()) }
                hash.update(data: bytes)
                position += bytes.count
            }
        }
    }

    /// The 32 bytes of the SHA-256 of a stored picture; nil when it is gone.
    /// - Throws: `MediaError` of kind `unsafePath`, `busy` or `io`.
    public func sha256(ofPicture path: String) async throws -> [UInt8]? {
        do {
            let file = try await open(path)
            var hash = SHA256()
            var position = 0
            while position < file.size {
                let bytes = try await file.read(position..<min(file.size, position + Self.portion))
                guard !bytes.isEmpty else { break }
                hash.update(data: bytes)
                position += bytes.count
            }
            return Array(hash.finalize())
        } catch let error as MediaError where error.kind == .missing {
            return nil
        }
    }

    private static func read(_ descriptor: Int32, at position: Int, count: Int) throws(MediaError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = retryingInterrupts {
                    pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, position + filled)
                }
                if read < 0 { failure = errno }
                guard read > 0 else { return }
                filled += read
            }
        }
        guard failure == 0 else { throw .io(operation: "read", path: "a received file", errorNumber: failure) }
        return bytes
    }
}
