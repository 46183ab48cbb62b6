import Domain
import NIOCore
import NIOPosix

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

    /// - Parameter host: a name or an address.
    static func connect(_ host: String, _ port: Int) async -> Outcome {
        await withDeadline(limit) {
            do {
                let channel = try await bootstrap.connect(host: host, port: port).get()
                try? await channel.close()
                return Outcome.open
            } catch {
                return Outcome(error)
            }
        } ?? .silent
    }

    /// What the one that listens says first, up to 255 bytes; empty when it waits to be asked, nil when there is nobody.
    static func greeting(_ host: String, _ port: Int) async -> String? {
        guard await connect(host, port) == .open else { return nil }
        return await withDeadline(.seconds(1)) {
            let channel = try? await bootstrap.connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
            let first = try? await channel?.executeThenClose { inbound, _ in
                for try await bytes in inbound { return bytes }
                return ByteBuffer()
            }
            return String(decoding: (first ?? ByteBuffer()).readableBytesView.prefix(255), as: UTF8.self)
        } ?? ""
    }

    private static var bootstrap: ClientBootstrap {
        ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.microseconds(limit.wholeMicroseconds * Int64(Patience.factor)))
    }
}

extension TCPProbe.Outcome {
    init(_ error: any Error) {
        if case ChannelError.connectTimeout = error {
            self = .silent
        } else if let error = error as? NIOConnectionError {
            self = error.connectionErrors.first.map { Self($0.error) } ?? .unknownName
        } else if let error = error as? IOError {
            switch error.errnoCode {
            case ECONNREFUSED: self = .refused
            case ETIMEDOUT: self = .silent
            default: self = .failed(String(cString: strerror(error.errnoCode)))
            }
        } else {
            self = .failed("\(error)")
        }
    }
}
