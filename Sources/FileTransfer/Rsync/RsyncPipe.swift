import CLibSSH
import CLinuxCalls
import Glibc

/// The four pairs of ends between the box and its child.
struct RsyncEnds {
    struct Pair {
        let own: RootDescriptor
        let child: RootDescriptor
    }

    let input: Pair
    let output: Pair
    let errors: Pair
    let names: Pair

    /// Nil when there are no descriptors left.
    init?() {
        guard let input = Self.pipe(isRead: false), let output = Self.pipe(isRead: true),
            let errors = Self.pipe(isRead: true), let names = Self.pipe(isRead: true)
        else { return nil }
        (self.input, self.output, self.errors, self.names) = (input, output, errors, names)
    }

    /// The child's ends, as numbers, while `body` runs.
    func useOfChild<Result>(_ body: ((Int32, Int32, Int32, Int32)) -> Result) -> Result {
        input.child.use { input in
            output.child.use { output in
                errors.child.use { errors in names.child.use { names in body((input, output, errors, names)) } }
            }
        }
    }

    /// - Parameter isRead: whether the own end is the one to read from.
    private static func pipe(isRead: Bool) -> Pair? {
        var ends: [Int32] = [-1, -1]
        guard lpr_pipe(&ends) == 0 else { return nil }
        let own = RootDescriptor(isRead ? ends[0] : ends[1])
        let child = RootDescriptor(isRead ? ends[1] : ends[0])
        // The child's end stays one that waits.
        own.use { own in
            _ = fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK)
            _ = lpr_set_pipe_size(own, 256 * 1_024)
        }
        return Pair(own: own, child: child)
    }
}

/// One own end, known to the connection's poll only while there is something to wait for.
final class RsyncPipe {
    private let descriptor: RootDescriptor
    private let event: ssh_event
    private var events: Int32 = 0
    private(set) var isAtEnd = false

    init(_ descriptor: RootDescriptor, _ event: ssh_event) {
        self.descriptor = descriptor
        self.event = event
    }

    deinit { listen(0) }

    /// Wakes the connection for these events; 0 for none.
    func listen(_ events: Int32) {
        guard events != self.events else { return }
        if self.events != 0 { descriptor.use { _ = ssh_event_remove_fd(event, $0) } }
        self.events = events
        guard events != 0 else { return }
        descriptor.use { _ = ssh_event_add_fd(event, $0, Int16(events), { _, _, _ in 0 }, nil) }
    }

    /// - Returns: 0 when there is nothing now, or nothing any more.
    func read(_ buffer: inout [UInt8]) -> Int {
        guard !isAtEnd else { return 0 }
        let count = descriptor.use { raw in retrying { Glibc.read(raw, &buffer, buffer.count) } }
        if count == 0 || (count < 0 && errno != EAGAIN) { isAtEnd = true }
        return max(0, count)
    }

    /// - Returns: how much was written; −1 when nobody reads any more.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        var written = 0
        while written < bytes.count {
            let count = descriptor.use { raw in
                retrying { Glibc.write(raw, bytes.baseAddress?.advanced(by: written), bytes.count - written) }
            }
            if count < 0 { return errno == EAGAIN ? written : -1 }
            written += count
        }
        return written
    }
}
