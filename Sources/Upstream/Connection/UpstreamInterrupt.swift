internal import CLinuxCalls
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Ends what a thread waits for at the central database; may be called from anywhere.
///
/// Once interrupted it stays so: the connection that was at work is closed, and the server undoes the transaction whose
/// COMMIT it has not got. Whether it got that is told by the watermark at the next connection.
public final class UpstreamInterrupt: Sendable {
    /// Counts wake-ups (eventfd); -1 when there were no descriptors left, then waits end within a second.
    let descriptor: Int32
    private let flag = Atomic(false)

    public init() { descriptor = lpr_event() }

    deinit { if descriptor >= 0 { close(descriptor) } }

    public var isInterrupted: Bool { flag.load(ordering: .acquiring) }

    public func interrupt() {
        flag.store(true, ordering: .releasing)
        wake()
    }

    /// Ends a `pause` early, such as when there is something new to send. What waits for the server goes on, and takes the
    /// wake-up with it: look once more for what is new before pausing.
    public func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits until somebody wakes, interrupts, or the time is over.
    public func pause(_ duration: Duration) {
        guard !isInterrupted else { return }
        _ = wait(for: -1, events: 0, until: .now + duration)
    }

    /// What a wait came back with.
    enum Outcome {
        case ready(Int32)
        case woken
        case timedOut
        case interrupted
    }

    /// Waits for a socket, at most until `end`.
    func wait(for socket: Int32, events: Int32, until end: ContinuousClock.Instant) -> Outcome {
        var list = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(events), revents: 0),
        ]
        while true {
            if isInterrupted { return .interrupted }
            let rest = end - .now
            guard rest > .zero else { return .timedOut }
            let milliseconds = Int32(clamping: Int64(rest / .milliseconds(1))) &+ 1
            let count = poll(&list, 2, descriptor < 0 ? min(milliseconds, 1_000) : milliseconds)
            if count < 0, errno != EINTR { return .timedOut }
            guard count > 0 else { continue }
            if list[0].revents != 0 {
                var drained: UInt64 = 0
                _ = read(descriptor, &drained, MemoryLayout<UInt64>.size)
                if isInterrupted { return .interrupted }
                if list[1].revents == 0 { return .woken }
            }
            if list[1].revents != 0 { return .ready(Int32(list[1].revents)) }
        }
    }
}
