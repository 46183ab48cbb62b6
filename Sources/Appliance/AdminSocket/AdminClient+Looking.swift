import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// For who only wants to know how the appliance is, and says so in words of its own when it does not answer.
extension AdminClient {
    enum Access: Sendable {
        case open
        /// Nobody listens: the appliance does not run, or was killed.
        case refused
        /// This user may not.
        case forbidden
    }

    func connect() async -> Access {
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: socketPath).get()
            try? await channel.close()
            return .open
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM {
            return .forbidden
        } catch {
            return .refused
        }
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
