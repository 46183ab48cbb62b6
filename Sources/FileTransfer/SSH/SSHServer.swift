import CLibSSH
import Glibc
public import Logging
public import ServiceLifecycle
import Synchronization

/// The SSH server for cameras: SFTP and rsync into the device's own directory, and nothing else.
public final class SSHServer: Service {
    let settings: SSHSettings
    let login: any DeviceLogin
    let desk: any UploadDesk
    let logger: Logger
    let host: SSHHost
    let uploads = OpenUploads()
    let connections: ConnectionTable
    /// What the server listens on; filled in before `run` says so.
    private let bound = Mutex<[SSHSettings.Address]>([])
    private let stopSignal: EventSignal

    /// - Throws: `HostKeyError`.
    public init(
        _ settings: SSHSettings, hostKey: HostKey, login: any DeviceLogin, desk: any UploadDesk, logger: Logger
    ) throws {
        ssh_init()
        // A child that ends while something is written to it is an error of that write, and not the end of the box.
        signal(SIGPIPE, SIG_IGN)
        guard let stopSignal = EventSignal() else { throw HostKeyError(description: "no descriptors are left") }
        self.stopSignal = stopSignal
        self.settings = settings
        self.login = login
        self.desk = desk
        self.logger = logger
        host = try SSHHost(key: hostKey)
        connections = ConnectionTable(settings)
    }

    /// The addresses with their real ports; empty when the server is off or does not run.
    public var addresses: [SSHSettings.Address] { bound.withLock { $0 } }

    /// Devices that are connected now.
    public var connectedCount: Int { connections.loggedInCount }

    /// - Throws: `SSHListenError`.
    public func run() async throws { try await run(opened: {}) }

    /// - Parameter opened: is called once the server listens; at once when it is off.
    /// - Throws: `SSHListenError`.
    public func run(opened: @Sendable () async -> Void) async throws {
        let listeners = try settings.listen.map { address throws(SSHListenError) in try SSHListener(address) }
        bound.withLock { $0 = listeners.map(\.address) }
        for listener in listeners {
            logger.notice("SFTP and rsync", metadata: ["listen": "\(listener.address)"])
        }
        // Until `accept` below takes them, clients wait in the kernel's queue.
        await opened()
        guard !listeners.isEmpty else {
            try? await gracefulShutdown()
            return
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                SSHThread.start { [self] in
                    accept(listeners)
                    continuation.resume()
                } otherwise: {
                    logger.error("no thread for the SSH server")
                    continuation.resume()
                }
            }
        } onCancelOrGracefulShutdown: { [stopSignal] in
            stopSignal.signal()
        }
        bound.withLock { $0 = [] }
        await connections.stop()
    }

    private func accept(_ listeners: [SSHListener]) {
        var polled = listeners.map { $0.socket.use { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) } }
        polled.append(pollfd(fd: stopSignal.descriptor, events: Int16(POLLIN), revents: 0))
        while true {
            guard retrying({ poll(&polled, nfds_t(polled.count), -1) }) >= 0 else { return }
            if polled[listeners.count].revents != 0 { return }
            for (index, listener) in listeners.enumerated() where polled[index].revents != 0 {
                switch listener.accept() {
                case .connection(let socket, let address): begin(socket, from: address)
                case .nothing: break
                // No descriptors: the client waits in the kernel's queue, and this thread does not spin.
                case .exhausted: usleep(50_000)
                }
            }
        }
    }

    private func begin(_ socket: Int32, from address: String) {
        guard let ticket = connections.add(address: address) else {
            close(socket)
            return
        }
        SSHThread.start { [self] in
            if let connection = SSHConnection(socket, address: address, ticket: ticket, server: self) {
                connection.run()
            } else {
                logger.warning("an SSH connection could not begin", metadata: ["address": "\(address)"])
            }
            connections.remove(ticket)
        } otherwise: { [self] in
            close(socket)
            connections.remove(ticket)
        }
    }
}

/// A thread of our own, which may block.
enum SSHThread {
    /// Deep enough for OpenSSL's key exchange; little of it is ever touched.
    private static let stackSize = 1_024 * 1_024

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Runs `body` on a new thread, or `failure` here when there is none.
    static func start(_ body: @escaping @Sendable () -> Void, otherwise failure: () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let handle = Unmanaged.passRetained(Body(body))
        let result = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, handle.toOpaque())
        guard result != 0 else { return }
        handle.release()
        failure()
    }
}
