/// A picture that is open for reading. It stays readable while it is open, even when it is removed meanwhile.
public final class PictureFile: Sendable {
    private let file: OpenFile
    private let readers: FileWorkers
    private let problems: SealedProblems

    init(_ file: OpenFile, readers: FileWorkers, problems: SealedProblems) {
        self.problems = problems
        self.file = file
        self.readers = readers
    }

    /// Bytes of the picture.
    public var size: Int { file.size }

    /// The bytes of `range`, cut at the end of the file. Calls may overlap.
    ///
    /// - Throws: `MediaError` of kind `busy`, `io`, or `damaged` when a sealed picture was changed on disk.
    public func read(_ range: Range<Int>) async throws -> [UInt8] {
        let wanted = range.clamped(to: 0..<size)
        guard !wanted.isEmpty else { return [] }
        return try await readers.run { [self] in
            do {
                return try file.read(wanted)
            } catch let error as MediaError {
                if error.kind == .damaged { problems.note(error, path: file.shownPath) }
                throw error
            }
        }
    }
}
