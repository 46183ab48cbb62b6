/// What runs in a channel: SFTP or rsync. It is used by its connection's thread alone, which it may hold up.
protocol ChannelProgram: AnyObject {
    /// Takes bytes of the client.
    /// - Returns: how many were taken. The rest is offered again as soon as output has gone out, or the program wakes the
    ///   connection.
    /// - Throws: when the client does not speak the protocol; the channel ends.
    func receive(_ bytes: UnsafeRawBufferPointer, _ output: inout ChannelOutput) throws -> Int

    /// The client will send no more.
    func receiveEnd(_ output: inout ChannelOutput)

    /// Called in every round of the connection.
    func work(_ output: inout ChannelOutput)

    /// Not nil once the program is over and has no more to say.
    var exitStatus: Int32? { get }

    /// Lets go of everything; the client hears no more.
    func stop()
}

/// Bytes for the client that wait for room in the channel's window.
struct ChannelOutput {
    /// Beyond it no request is taken (invariant 5); one answer may go over it.
    static let limit = 512 * 1_024

    private(set) var bytes: [UInt8] = []
    private var start = 0
    /// Goes out apart from the others, as the program's words to a person.
    private(set) var errors: [UInt8] = []

    var count: Int { bytes.count - start }
    var isFull: Bool { count >= Self.limit }
    var isEmpty: Bool { count == 0 && errors.isEmpty }

    mutating func append(_ more: some Collection<UInt8>) { bytes += more }

    mutating func appendError(_ text: some Collection<UInt8>) {
        errors += text.prefix(max(0, 4_096 - errors.count))
    }

    /// Offers what waits to `write`, which says how much of it went out.
    mutating func drain(_ write: (UnsafeRawBufferPointer) -> Int) {
        while count > 0 {
            let written = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[start...])) }
            guard written > 0 else { break }
            start += written
        }
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 64 * 1_024)
            start = 0
        } else if start > Self.limit {
            bytes.removeFirst(start)
            start = 0
        }
    }

    mutating func drainErrors(_ write: (UnsafeRawBufferPointer) -> Int) {
        guard !errors.isEmpty else { return }
        let written = errors.withUnsafeBytes { write($0) }
        errors.removeFirst(min(max(0, written), errors.count))
    }
}
