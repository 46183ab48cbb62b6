/// A picture that is open for reading. It stays readable while it is open, even when it is removed meanwhile.
public final class PictureFile: Sendable {
    /// Bytes.
    public let size: Int
    private let path: String
    private let file: Descriptor
    private let readers: FileWorkers

    init(_ file: consuming Descriptor, path: String, size: Int, readers: FileWorkers) {
        self.file = file
        self.path = path
        self.size = size
        self.readers = readers
    }

    /// The bytes of `range`, cut at the end of the file. Calls may overlap.
    ///
    /// - Throws: `MediaError` of kind `busy` or `io`.
    public func read(_ range: Range<Int>) async throws -> [UInt8] {
        let wanted = range.clamped(to: 0..<size)
        guard !wanted.isEmpty else { return [] }
        return try await readers.run { [self] in try file.read(wanted, shownPath: path) }
    }
}
