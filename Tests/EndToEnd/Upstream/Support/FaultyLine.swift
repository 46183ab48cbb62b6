import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A network between an appliance and a server of this machine, which a test can break: it passes bytes on from its own
/// port to the server's, or does not.
final class FaultyLine: Sendable {
    enum State: Sendable {
        case open
        /// Nothing is read: the senders' buffers fill.
        case stalled
        /// All is taken and nothing comes out, as when a firewall drops packets.
        case dropping
        /// Connections are reset, new ones too.
        case resetting
    }

    private struct Rules {
        var state = State.open
        /// Bytes that still come through, both directions together; nil for all.
        var budget: Int?
        /// Whether the cut that ends the budget is a reset, or an end in order.
        var isHard = true
        var cuts = 0
        var generation = 0
    }

    /// What its threads share; it outlives the line until they have ended.
    private final class Shared: Sendable {
        let rules = Mutex(Rules())
        let isOver = Atomic(false)
    }

    let port: UInt16
    private let shared = Shared()

    init(to server: UInt16) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw TestFailure.system("socket") }
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard result else { throw TestFailure.system("listen") }
        port = UInt16(bigEndian: address.sin_port)
        let shared = shared
        DispatchQueue(label: "faulty line").async { Self.accept(listener, server, shared) }
    }

    deinit { shared.isOver.store(true, ordering: .relaxed) }

    /// From now on, for connections that are there and new ones.
    func set(_ state: State) {
        shared.rules.withLock { rules in
            rules.state = state
            rules.budget = nil
        }
    }

    /// Ends the connections that are there; new ones come through.
    func cut(isHard: Bool) {
        shared.rules.withLock { rules in
            rules.isHard = isHard
            rules.generation += 1
        }
    }

    /// Cuts what is there once so many more bytes have come through.
    func cut(after bytes: Int, isHard: Bool) {
        shared.rules.withLock { rules in
            rules.budget = bytes
            rules.isHard = isHard
        }
    }

    /// How often a budget has ended.
    var cuts: Int { shared.rules.withLock { $0.cuts } }

    // MARK: Its threads

    private static func accept(_ listener: Int32, _ server: UInt16, _ shared: Shared) {
        defer { close(listener) }
        while !shared.isOver.load(ordering: .relaxed) {
            var poller = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, 20) > 0 else { continue }
            let caller = Glibc.accept(listener, nil, nil)
            guard caller >= 0 else { continue }
            _ = fcntl(caller, F_SETFD, FD_CLOEXEC)
            DispatchQueue(label: "faulty connection").async {
                let far = connect(to: server)
                if far >= 0 { pass(caller, far, shared) }
                let isHard = far >= 0 && shared.rules.withLock { $0.isHard }
                for descriptor in [caller, far] where descriptor >= 0 { end(descriptor, isHard: isHard) }
            }
        }
    }

    private enum Step { case wait, pass, drop, end }

    /// Until one side ends, or the rules say so.
    private static func pass(_ caller: Int32, _ far: Int32, _ shared: Shared) {
        let born = shared.rules.withLock { $0.generation }
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        while !shared.isOver.load(ordering: .relaxed) {
            let step = shared.rules.withLock { rules -> Step in
                if rules.generation != born { return .end }
                switch rules.state {
                case .open: return .pass
                case .stalled: return .wait
                case .dropping: return .drop
                case .resetting:
                    rules.isHard = true
                    return .end
                }
            }
            if step == .end { return }
            if step == .wait {
                poll(nil, 0, 10)
                continue
            }
            var pollers = [caller, far].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&pollers, 2, 10) > 0 else { continue }
            for (poller, other) in [(pollers[0], far), (pollers[1], caller)] where poller.revents != 0 {
                let count = recv(poller.fd, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                if step == .pass, !send(buffer[..<count], to: other, shared) { return }
            }
        }
    }

    /// - Returns: false when the connection ends here.
    private static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, _ shared: Shared) -> Bool {
        let (allowed, isLast) = shared.rules.withLock { rules -> (Int, Bool) in
            guard let budget = rules.budget else { return (bytes.count, false) }
            guard bytes.count >= budget else {
                rules.budget = budget - bytes.count
                return (bytes.count, false)
            }
            rules.budget = nil
            rules.cuts += 1
            return (budget, true)
        }
        var rest = bytes.prefix(allowed)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return !isLast
    }

    private static func connect(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return descriptor }
        close(descriptor)
        return -1
    }

    /// A hard end throws away what is still under way.
    private static func end(_ descriptor: Int32, isHard: Bool) {
        var linger = linger(l_onoff: isHard ? 1 : 0, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close(descriptor)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
