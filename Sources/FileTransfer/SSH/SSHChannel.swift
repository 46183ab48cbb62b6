import CLibSSH

/// One session channel of a connection: moves bytes between the library and the program that runs in it.
///
/// The library hands over what came in a callback. What the program does not take stays in the library, which then opens
/// the window no further: the client waits (invariant 5).
final class SSHChannel {
    let channel: ssh_channel
    /// Chosen by the client's request; until then there is none.
    private(set) var program: (any ChannelProgram)?
    private var output = ChannelOutput()
    /// Read out of the library and not taken yet.
    private var held: [UInt8] = []
    private var isInputHeld = false
    private var isWorking = false
    /// Whether input came while the channel was at work.
    private var hasArrived = false
    private var clientHasEnded = false
    private var programKnowsEnd = false
    private(set) var isClosed = false
    /// Bytes in both directions, to notice silence.
    private(set) var traffic: UInt64 = 0
    private let callbacks = UnsafeMutablePointer<ssh_channel_callbacks_struct>.allocate(capacity: 1)
    /// Makes the program for a request of the client; nil refuses it.
    private let start: (ChannelRequest) -> (any ChannelProgram)?

    init?(_ session: ssh_session, start: @escaping (ChannelRequest) -> (any ChannelProgram)?) {
        guard let channel = ssh_channel_new(session) else {
            callbacks.deallocate()
            return nil
        }
        self.channel = channel
        self.start = start
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        setCallbacks()
        ssh_set_channel_callbacks(channel, callbacks)
    }

    /// Gives the channel back to the library. Its callbacks end before their memory does.
    func free() {
        program?.stop()
        program = nil
        ssh_remove_channel_callbacks(channel, callbacks)
        ssh_channel_free(channel)
        callbacks.deinitialize(count: 1)
        callbacks.deallocate()
    }

    private func setCallbacks() {
        callbacks.pointee.channel_data_function = { _, _, data, length, isError, user in
            guard let channel = SSHChannel.of(user), let data, isError == 0 else { return Int32(clamping: length) }
            return Int32(clamping: channel.receive(UnsafeRawBufferPointer(start: data, count: Int(length))))
        }
        callbacks.pointee.channel_eof_function = { _, _, user in SSHChannel.of(user)?.clientHasEnded = true }
        callbacks.pointee.channel_close_function = { _, _, user in SSHChannel.of(user)?.isClosed = true }
        callbacks.pointee.channel_subsystem_request_function = { _, _, name, user in
            SSHChannel.of(user)?.request(.subsystem(name.map { String(cString: $0) } ?? "")) ?? 1
        }
        callbacks.pointee.channel_exec_request_function = { _, _, command, user in
            SSHChannel.of(user)?.request(.execute(command.map { String(cString: $0) } ?? "")) ?? 1
        }
        callbacks.pointee.channel_shell_request_function = { _, _, user in
            SSHChannel.of(user)?.request(.shell) ?? 1
        }
        callbacks.pointee.channel_env_request_function = { _, _, _, _, _ in 1 }
        callbacks.pointee.channel_pty_request_function = { _, _, _, _, _, _, _, _ in 1 }
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> SSHChannel? {
        user.map { Unmanaged<SSHChannel>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Returns: 0 when the request is granted, as the library wants it.
    private func request(_ request: ChannelRequest) -> Int32 {
        guard program == nil, let program = start(request) else { return 1 }
        self.program = program
        return 0
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        // While the library sends for us it may read, and call back from there.
        guard !isInputHeld, !isWorking else {
            isInputHeld = true
            hasArrived = true
            return 0
        }
        let taken = feed(bytes)
        isInputHeld = taken < bytes.count
        return taken
    }

    private func feed(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let program else { return 0 }
        do {
            let taken = try program.receive(bytes, &output)
            traffic &+= UInt64(taken)
            return taken
        } catch {
            // Nobody knows where the next packet begins.
            isClosed = true
            return bytes.count
        }
    }

    /// One round: input that was held, the program's own work, output, the end.
    func work() {
        isWorking = true
        defer { isWorking = false }
        program?.work(&output)
        while true {
            let before = traffic
            hasArrived = false
            if isInputHeld { feedHeld() }
            flush()
            // No event of the socket tells of what the library holds.
            guard isInputHeld, !isClosed, traffic != before || hasArrived else { break }
        }
        if clientHasEnded, !isInputHeld, !programKnowsEnd, let program {
            programKnowsEnd = true
            program.receiveEnd(&output)
        }
        guard let status = program?.exitStatus, output.isEmpty, !isClosed else { return }
        ssh_channel_request_send_exit_status(channel, status)
        ssh_channel_send_eof(channel)
        ssh_channel_close(channel)
        isClosed = true
    }

    private func feedHeld() {
        while !isClosed {
            if held.isEmpty {
                let count = 32 * 1_024
                var read: Int32 = 0
                held = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    read = ssh_channel_read_nonblocking(channel, buffer.baseAddress, UInt32(count), 0)
                    filled = max(0, Int(read))
                }
                guard read > 0 else {
                    isInputHeld = false
                    return
                }
            }
            let taken = held.withUnsafeBytes { feed($0) }
            held.removeFirst(taken)
            guard held.isEmpty else { return }
        }
    }

    /// Bytes that may lie in the library while the program takes none.
    private static let heldLimit: Int32 = 256 * 1_024

    /// Whether the library has to be kept from reading more. It opens the window whenever a little is taken, so that what
    /// a client sends faster than rsync writes would pile up without end (invariant 5). While something is to be sent it
    /// has to read: the client may be waiting for room itself.
    var isBehind: Bool {
        isInputHeld && output.isEmpty && !isClosed && !clientHasEnded && ssh_channel_poll(channel, 0) > Self.heldLimit
    }

    private func flush() {
        let session = ssh_channel_get_session(channel)
        output.drainErrors { bytes in
            Int(ssh_channel_write_stderr(channel, bytes.baseAddress, UInt32(bytes.count)))
        }
        output.drain { bytes in
            // What the socket does not take now waits here, where it is bounded, and not in the library.
            guard ssh_get_status(session) & SSH_WRITE_PENDING == 0 else { return 0 }
            let count = min(bytes.count, Int(ssh_channel_window_size(channel)), 32 * 1_024)
            guard count > 0 else { return 0 }
            let written = Int(ssh_channel_write(channel, bytes.baseAddress, UInt32(count)))
            if written > 0 { traffic &+= UInt64(written) }
            return max(0, written)
        }
    }
}

/// What a client wants of a channel.
enum ChannelRequest: Equatable {
    case subsystem(String)
    case execute(String)
    case shell
}
