import CLibSSH
import Synchronization

/// The server's side of libssh: host key and algorithms, from which every connection begins.
///
/// `@unchecked Sendable`: the pointer is used behind the lock alone.
final class SSHHost: @unchecked Sendable {
    private let bind: ssh_bind
    private let lock = Mutex(())

    /// - Throws: `HostKeyError` when the library does not take key or algorithms.
    init(key: HostKey) throws {
        guard let bind = ssh_bind_new() else { throw HostKeyError(description: "no memory for the SSH server") }
        self.bind = bind
        // Files of the machine's own SSH are none of ours.
        var processesFiles = false
        ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &processesFiles)
        var imported: ssh_key?
        guard ssh_pki_import_privkey_base64(key.file, nil, nil, nil, &imported) == SSH_OK, let imported,
            ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, UnsafeRawPointer(imported)) == 0
        else { throw HostKeyError(description: "the host key cannot be used") }
        guard SSHAlgorithms.apply(to: bind) else {
            throw HostKeyError(
                description:
                    "this libssh does not know the algorithms: \(String(cString: ssh_get_error(UnsafeMutableRawPointer(bind))))"
            )
        }
    }

    deinit { ssh_bind_free(bind) }

    /// Begins a connection on an accepted socket, which belongs to the session from then on.
    func accept(_ socket: Int32) -> ssh_session? {
        lock.withLock { _ in
            guard let session = ssh_new() else { return nil }
            guard ssh_bind_accept_fd(bind, session, socket) == SSH_OK else {
                ssh_free(session)
                return nil
            }
            // Pictures are compressed already, and a stranger could make the box unpack a great deal.
            ssh_options_set(session, SSH_OPTIONS_COMPRESSION, "none")
            return session
        }
    }
}
