#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Wakes the thread that waits in `poll`; may be called from anywhere. A pipe to itself.
final class Wakeup: Sendable {
    private let reading: Int32
    private let writing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        // Without the pipe (no descriptors left) the thread still wakes up every second.
        _ = pipe(&ends)
        (reading, writing) = (ends[0], ends[1])
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    func signal() {
        var byte: UInt8 = 1
        // A full pipe wakes up as well as one more byte would.
        _ = write(writing, &byte, 1)
    }

    private func clear() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(reading, &bytes, bytes.count) == bytes.count {}
    }

    /// What a thread waits for at a socket, and what came.
    struct Interest {
        let descriptor: Int32
        /// `POLLIN`, `POLLOUT`, …
        var events: Int32
        fileprivate(set) var found: Int32 = 0

        init(_ descriptor: Int32, _ events: Int32) {
            self.descriptor = descriptor
            self.events = events
        }

        func has(_ event: Int32) -> Bool { found & event != 0 }
    }

    /// Waits for one of the sockets or a signal, at most for `limit`.
    func wait(for interests: inout [Interest], limit: Duration) {
        var list = [pollfd(fd: reading, events: Int16(POLLIN), revents: 0)]
        list += interests.map { pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0) }
        let milliseconds = Int32(clamping: Int64(limit / .milliseconds(1)))
        _ = poll(&list, nfds_t(list.count), max(0, milliseconds))
        if list[0].revents != 0 { clear() }
        for index in interests.indices { interests[index].found = Int32(list[index + 1].revents) }
    }

    /// Waits for a time, unless `goesOn` says no after a signal.
    func pause(_ duration: Duration, while goesOn: () -> Bool) {
        let end = ContinuousClock().now + duration
        var none: [Interest] = []
        while goesOn() {
            let rest = end - ContinuousClock().now
            guard rest > .zero else { return }
            wait(for: &none, limit: rest + .milliseconds(1))
        }
    }

    /// Whether a socket has something to read now.
    static func isReadable(_ descriptor: Int32) -> Bool {
        var list = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&list, 1, 0) > 0 && Int32(list.revents) & POLLIN != 0
    }

    /// Whether bytes wait there; not so when all that is left is the news that the other side has gone.
    static func hasBytes(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }
}
