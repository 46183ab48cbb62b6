/// Says why nothing runs here, to whoever tries; technicians do.
final class WordsProgram: ChannelProgram {
    private let words: String
    private(set) var exitStatus: Int32?

    init(_ words: String) {
        self.words = words
    }

    func receive(_ bytes: UnsafeRawBufferPointer, _ output: inout ChannelOutput) -> Int { bytes.count }

    func receiveEnd(_ output: inout ChannelOutput) {}

    func work(_ output: inout ChannelOutput) {
        guard exitStatus == nil else { return }
        output.appendError("\(words)\r\n".utf8)
        exitStatus = 1
    }

    func stop() {}
}
