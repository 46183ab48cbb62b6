/// A picture that is open for reading. It stays readable while it is open, even when it is removed meanwhile.
public final class PictureFile: Sendable {
    private let file: OpenFile
    private let readers: FileWorkers

    init(_ file: OpenFile, readers: FileWorkers) {
        self.file = file
        self.readers = readers
    }

    /// Bytes of the picture.
    public var size: Int { file.size }

    /// The bytes of `range`, cut at the end of the file. Calls may overlap.
    ///
    /// - Throws: `MediaError` of kind `busy` or `io`.
    public func read(_ range: Range<Int>) async throws -> [UInt8] {
        let wanted = range.clamped(to: 0..<size)
        guard !wanted.isEmpty else { return [] }
        return try await readers.run { [self] in try file.read(wanted) }
    }
}
