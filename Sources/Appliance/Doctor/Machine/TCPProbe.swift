#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Finds out whether somebody answers at a place in the network.
enum TCPProbe {
    enum Outcome: Sendable, Hashable {
        case open
        case refused
        case silent
        case unknownName
        /// In the words of the system.
        case failed(String)

        var words: String {
            switch self {
            case .open: "answers"
            case .refused: "refuses the connection: nothing listens there, or a firewall rejects it"
            case .silent: "does not answer within \(TCPProbe.limit.components.seconds) seconds"
            case .unknownName: "is a name that is not known here"
            case .failed(let reason): "cannot be reached: \(reason)"
            }
        }
    }

    static let limit: Duration = .seconds(3)
    /// For what a server says without being asked.
    private static let greetingLimit: Duration = .seconds(1)
    private static let greetingSize = 255

    /// - Parameter host: a name or an address.
    static func connect(_ host: String, _ port: Int) async -> Outcome {
        let share = limit * Patience.factor
        return await withDeadline(limit) { await onThread { visit(host, port, share) { _ in }.outcome } } ?? .silent
    }

    /// What the one that listens says first, up to 255 bytes; empty when it waits to be asked, nil when there is nobody.
    static func greeting(_ host: String, _ port: Int) async -> String? {
        let (share, rest) = (limit * Patience.factor, greetingLimit * Patience.factor)
        return await withDeadline(limit + greetingLimit) {
            await onThread { visit(host, port, share) { read($0, rest) }.value }
        } ?? nil
    }

    /// Connects to the first of the host's addresses that answers. Blocks; to look up a name may take longer than the
    /// limit.
    private static func visit<Value>(
        _ host: String, _ port: Int, _ limit: Duration, _ use: (Int32) -> Value
    ) -> (outcome: Outcome, value: Value?) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &first) == 0, let first else { return (.unknownName, nil) }
        defer { freeaddrinfo(first) }
        let places = Array(sequence(first: first, next: { $0.pointee.ai_next }))
        let end = ContinuousClock().now + limit
        var outcome = Outcome.silent
        for (number, place) in places.enumerated() {
            // An address that is silent leaves time for the others.
            let share = (end - ContinuousClock().now) / (places.count - number)
            let (result, value) = visit(place.pointee, share, use)
            guard result != .open else { return (result, value) }
            outcome = result
        }
        return (outcome, nil)
    }

    private static func visit<Value>(
        _ place: addrinfo, _ limit: Duration, _ use: (Int32) -> Value
    ) -> (Outcome, Value?) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(place.ai_family, kind, 0)
        guard descriptor >= 0 else { return (failure(errno), nil) }
        defer { close(descriptor) }
        if Glibc.connect(descriptor, place.ai_addr, place.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { return (failure(errno), nil) }
            guard wait(descriptor, POLLOUT, limit) else { return (.silent, nil) }
            var number: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
            guard number == 0 else { return (failure(number), nil) }
        }
        return (.open, use(descriptor))
    }

    private static func read(_ descriptor: Int32, _ limit: Duration) -> String {
        guard wait(descriptor, POLLIN, limit) else { return "" }
        var bytes = [UInt8](repeating: 0, count: greetingSize)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func wait(_ descriptor: Int32, _ events: Int32, _ limit: Duration) -> Bool {
        let end = ContinuousClock().now + limit
        while true {
            let rest = (end - ContinuousClock().now).components
            let milliseconds = rest.seconds * 1_000 + rest.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { return false }
            var interest = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&interest, 1, Int32(clamping: milliseconds))
            if count < 0, errno == EINTR { continue }
            return count > 0
        }
    }

    private static func failure(_ number: Int32) -> Outcome {
        switch number {
        case ECONNREFUSED: .refused
        case ETIMEDOUT: .silent
        default: .failed(String(cString: strerror(number)))
        }
    }
}
