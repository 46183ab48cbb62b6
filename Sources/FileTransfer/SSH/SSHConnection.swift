import CLibSSH
import Domain
import Glibc
import Logging

/// One connection, on its own thread from the first byte to the last.
///
///     key exchange ──▶ login ──▶ channels
///          └─ too slow ─┴─ too many failures ─▶ the end
///
/// A thread for each keeps them apart: one that is taken up with a key exchange, an fsync or a commit holds up nobody
/// else. There are at most `SSHSettings.connectionLimit` of them. libssh's objects never leave the thread.
final class SSHConnection {
    /// Channels at once.
    private static let channelLimit = 4

    let server: SSHServer
    let address: String
    let session: ssh_session
    let logger: Logger
    var login = LoginState()
    let ticket: ConnectionTable.Ticket
    let event: ssh_event
    private var channels: [SSHChannel] = []
    /// Whether the socket is among what the connection waits for.
    private var isReading = true
    private let callbacks = UnsafeMutablePointer<ssh_server_callbacks_struct>.allocate(capacity: 1)

    init?(_ socket: Int32, address: String, ticket: ConnectionTable.Ticket, server: SSHServer) {
        guard let session = server.host.accept(socket) else { return nil }
        guard let event = ssh_event_new() else {
            ssh_free(session)
            return nil
        }
        self.server = server
        self.address = address
        self.session = session
        self.ticket = ticket
        self.event = event
        logger = server.logger
    }

    /// Returns when the connection is over. The object must not be used afterwards.
    func run() {
        defer { end() }
        setCallbacks()
        ssh_set_blocking(session, 0)
        // Only after the key exchange the session has something that an event can take over.
        guard exchangeKeys(), ssh_event_add_session(event, session) == SSH_OK,
            ssh_event_add_fd(event, ticket.wakeup.descriptor, Int16(POLLIN), Self.wake, userData) == SSH_OK, logIn()
        else {
            let cause = String(cString: ssh_get_error(UnsafeMutableRawPointer(session)))
            logger.debug(
                "SSH connection ended before its login", metadata: ["address": "\(address)", "cause": "\(cause)"])
            return
        }
        server.connections.isLoggedIn(ticket)
        serve()
    }

    private var userData: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    private static let wake: ssh_event_callback = { _, _, user in
        guard let user else { return 0 }
        Unmanaged<SSHConnection>.fromOpaque(user).takeUnretainedValue().ticket.wakeup.reset()
        return 0
    }

    private func end() {
        for channel in channels { channel.free() }
        channels = []
        ssh_event_remove_fd(event, ticket.wakeup.descriptor)
        if isReading { ssh_event_remove_session(event, session) }
        if ssh_is_connected(session) != 0 { ssh_disconnect(session) }
        ssh_event_free(event)
        ssh_free(session)
        callbacks.deinitialize(count: 1)
        callbacks.deallocate()
    }

    private var isGone: Bool {
        ticket.isStopping || ssh_get_status(session) & (SSH_CLOSED | SSH_CLOSED_ERROR) != 0
    }

    private func exchangeKeys() -> Bool {
        while !isGone {
            switch ssh_handle_key_exchange(session) {
            case SSH_OK: return true
            case SSH_AGAIN: guard waitForSocket(), !isTooLate else { return false }
            default: return false
            }
        }
        return false
    }

    /// - Returns: false when the wait failed.
    private func waitForSocket() -> Bool {
        let writes = ssh_get_status(session) & SSH_WRITE_PENDING != 0 ? POLLOUT : 0
        var polled = [
            pollfd(fd: ssh_get_fd(session), events: Int16(POLLIN | writes), revents: 0),
            pollfd(fd: ticket.wakeup.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        return retrying { Glibc.poll(&polled, 2, 1_000) } >= 0
    }

    private var isTooLate: Bool { ContinuousClock().now - ticket.startedAt > server.settings.loginTime }

    private func logIn() -> Bool {
        while !isGone, !isTooLate {
            guard poll() else { return false }
            if login.isOver { return false }
            if login.device != nil { return true }
        }
        return false
    }

    private func poll() -> Bool { ssh_event_dopoll(event, 1_000) != SSH_ERROR }

    /// Takes the socket out of what the connection waits for, or puts it back.
    private func setReading(_ reads: Bool) -> Bool {
        guard reads != isReading else { return true }
        isReading = reads
        return (reads ? ssh_event_add_session(event, session) : ssh_event_remove_session(event, session)) == SSH_OK
    }

    private func serve() {
        var lastTraffic: UInt64 = 0
        var lastActive = ContinuousClock().now
        while !isGone {
            let isBehind =
                ssh_get_status(session) & SSH_WRITE_PENDING == 0 && channels.contains { $0.isBehind }
            guard setReading(!isBehind), poll() else { return }
            for channel in channels { channel.work() }
            for channel in channels where channel.isClosed { channel.free() }
            channels.removeAll { $0.isClosed }
            let traffic = channels.reduce(0) { $0 &+ $1.traffic }
            if traffic != lastTraffic { (lastTraffic, lastActive) = (traffic, ContinuousClock().now) }
            guard ContinuousClock().now - lastActive < server.settings.idleTime else {
                logger.info("SSH connection idle for too long", metadata: ["address": "\(address)"])
                return
            }
        }
    }
}

extension SSHConnection {
    private func setCallbacks() {
        callbacks.initialize(to: ssh_server_callbacks_struct())
        callbacks.pointee.size = MemoryLayout<ssh_server_callbacks_struct>.size
        callbacks.pointee.userdata = userData
        callbacks.pointee.auth_none_function = { _, _, _ in Int32(SSH_AUTH_DENIED.rawValue) }
        callbacks.pointee.auth_password_function = { _, user, password, data in
            guard let connection = SSHConnection.of(data), let user, let password else { return SSHConnection.denied }
            return connection.tryPassword(String(cString: password), of: String(cString: user))
        }
        callbacks.pointee.auth_pubkey_function = { _, user, key, state, data in
            guard let connection = SSHConnection.of(data), let user, let key else { return SSHConnection.denied }
            return connection.tryPublicKey(key, of: String(cString: user), state: state)
        }
        callbacks.pointee.channel_open_request_session_function = { _, data in
            SSHConnection.of(data)?.openChannel()
        }
        ssh_set_server_callbacks(session, callbacks)
        // Every other request (forwarding and the like) is refused at once, or it would wait in the library for ever.
        ssh_set_message_callback(session, { _, _, _ in 1 }, nil)
        ssh_set_auth_methods(session, Int32(SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY))
    }

    private static func of(_ data: UnsafeMutableRawPointer?) -> SSHConnection? {
        data.map { Unmanaged<SSHConnection>.fromOpaque($0).takeUnretainedValue() }
    }

    private func openChannel() -> ssh_channel? {
        guard login.device != nil, channels.count < Self.channelLimit,
            let channel = SSHChannel(session, start: { [unowned self] in program(for: $0) })
        else { return nil }
        channels.append(channel)
        return channel.channel
    }
}
