import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// For who only wants to know how the appliance is, and says so in words of its own when it does not answer.
extension AdminClient {
    enum Door: Sendable {
        case open
        /// Nobody listens: the appliance does not run, or was killed.
        case closed
        /// This user may not.
        case forbidden
    }

    /// Tries the socket. Blocks.
    func knock() -> Door {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(socketPath.utf8)
        let isWhole = withUnsafeMutableBytes(of: &address.sun_path) { place in
            // One byte stays zero.
            guard path.count < place.count else { return false }
            place.copyBytes(from: path)
            return true
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, isWhole else { return .closed }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result != 0 else { return .open }
        return errno == EACCES || errno == EPERM ? .forbidden : .closed
    }

    /// The object that is answered; nil when there is none in time.
    func look(_ path: String, limit: Duration) async -> JSONObject? {
        guard
            let (response, content) = try? await Self.execute(
                request(path), limit: .nanoseconds(limit.wholeMicroseconds * 1_000)),
            response.status == .ok
        else { return nil }
        return (try? JSONParser.parse(Array(content.readableBytesView)))?.objectValue
    }
}
