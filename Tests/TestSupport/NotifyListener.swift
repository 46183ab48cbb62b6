import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A socket as systemd listens on it for the words of a service.
public final class NotifyListener: Sendable {
    /// What is put into `NOTIFY_SOCKET`.
    public let name: String
    private let heard = Heard()

    private final class Heard: Sendable {
        let messages = Mutex<[String]>([])
        let isOver = Mutex(false)
    }

    /// - Parameters:
    ///   - name: a path that is free, or `@` and the name of an abstract socket.
    ///   - reads: false for one that nobody reads from.
    public init(_ name: String, reads: Bool = true) throws {
        self.name = name
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: bytes)
            if name.hasPrefix("@") { path[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (name.hasPrefix("@") ? 0 : 1))
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
        guard descriptor >= 0, isBound else { throw NotifyListenerError(number: errno) }
        // Looks now and then whether anybody is still interested.
        var pause = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &pause, socklen_t(MemoryLayout<timeval>.size))
        DispatchQueue(label: "notify-listener").async { [heard] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while !heard.isOver.withLock({ $0 }) {
                guard reads else {
                    usleep(50_000)
                    continue
                }
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count >= 0 else { continue }
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                heard.messages.withLock { $0.append(text) }
            }
            close(descriptor)
        }
    }

    deinit {
        heard.isOver.withLock { $0 = true }
        if name.hasPrefix("/") { unlink(name) }
    }

    /// Datagrams, in their order.
    public var messages: [String] { heard.messages.withLock { $0 } }

    /// All lines of all datagrams.
    public var lines: [String] { messages.flatMap { $0.split(separator: "\n").map(String.init) } }

    public func count(of line: String) -> Int { lines.count { $0 == line } }

    /// Waits for a line that begins so.
    /// - Parameter number: the how-many-th.
    @discardableResult
    public func line(_ prefix: String, number: Int = 1, limit: Duration = .seconds(300)) async throws -> String {
        let end = ContinuousClock().now + limit
        while true {
            let found = lines.filter { $0.hasPrefix(prefix) }
            if found.count >= number { return found[number - 1] }
            guard ContinuousClock().now < end else { throw NotifyListenerError(missing: prefix, received: lines) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

public struct NotifyListenerError: Error, CustomStringConvertible {
    public let description: String

    init(number: Int32) { description = "no socket to listen on: \(String(cString: strerror(number)))" }

    init(missing: String, received: [String]) { description = "no '\(missing)' in \(received)" }
}
