import CConfinement
import CLibSSH
import Glibc
import Logging

/// An rsync client's session: the system's rsync, confined to the target directory, with its ends in the channel.
///
///     client ⇄ channel ⇄ stdin, stdout of the child        its log ──▶ names of whole files ──▶ RsyncTaker
///
/// The child is killed with its session. The client hears "done" when the child is over and everything it has received
/// is taken (invariant 1). What was received whole before a cut is taken all the same: the client's next run finds it
/// there and would not send it again.
final class RsyncProgram: ChannelProgram {
    /// Bytes read from the child in one round.
    private static let portion = 64 * 1_024

    private let process: pid_t
    private let event: ssh_event
    private let taker: RsyncTaker
    private let logger: Logger
    private var input: RsyncPipe?
    private let output: RsyncPipe
    private let errors: RsyncPipe
    private let names: RsyncPipe
    private var lines = RsyncLog()
    private var buffer = [UInt8](repeating: 0, count: portion)
    private var isOver = false
    private(set) var exitStatus: Int32?

    init(
        _ command: RsyncCommand, program: String, _ finish: UploadFinish, event: ssh_event, wakeup: EventSignal,
        logger: Logger
    ) throws(RsyncRefusal) {
        guard !finish.desk.refusesPictures else { throw RsyncRefusal(RootError.noSpace.reason) }
        let target: (path: RootPath, directory: RootDescriptor)
        do throws(RootError) {
            let path = command.namesFile ? command.target.parent : command.target
            target = (path, try finish.root.openDirectory(path, making: true))
        } catch {
            throw RsyncRefusal(error.reason)
        }
        guard let ends = RsyncEnds() else { throw RsyncRefusal("the box has too many files open; try again later") }
        process = try Self.start(
            program, command.arguments(name: command.namesFile ? command.target.last : nil, names: "/proc/self/fd/3"),
            in: target.directory, ends)
        self.event = event
        self.logger = logger
        input = RsyncPipe(ends.input.own, event)
        output = RsyncPipe(ends.output.own, event)
        errors = RsyncPipe(ends.errors.own, event)
        names = RsyncPipe(ends.names.own, event)
        taker = RsyncTaker(finish, below: target.path, logger: logger, progress: { wakeup.signal() })
        for pipe in [output, errors, names] { pipe.listen(POLLIN) }
    }

    private static func start(
        _ program: String, _ arguments: [String], in directory: RootDescriptor, _ ends: RsyncEnds
    ) throws(RsyncRefusal) -> pid_t {
        var process: pid_t = 0
        var step = LPR_CONFINED_FORK
        let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "RSYNC_PROTECT_ARGS=0"]
        let number = withCStrings(arguments) { arguments in
            withCStrings(environment) { environment in
                program.withCString { path in
                    ends.useOfChild { descriptors in
                        directory.use { directory in
                            var start = lpr_confined_program(
                                path: path, arguments: arguments, environment: environment, directory: directory,
                                descriptors: descriptors)
                            return lpr_start_confined(&start, &process, &step)
                        }
                    }
                }
            }
        }
        guard number != 0 else { return process }
        switch step {
        case LPR_CONFINED_LANDLOCK:
            throw RsyncRefusal(
                "rsync is off: the kernel of this box cannot confine it (Landlock, Linux 5.13 or newer); use sftp")
        case LPR_CONFINED_EXECUTE: throw RsyncRefusal("rsync is not installed on this box; use sftp")
        default: throw RsyncRefusal("rsync could not be started; try again later")
        }
    }

    func receive(_ bytes: UnsafeRawBufferPointer, _ output: inout ChannelOutput) -> Int {
        guard let input else { return bytes.count }
        let written = input.write(bytes)
        guard written >= 0 else {
            // The child does not listen any more; its status says why.
            self.input = nil
            return bytes.count
        }
        input.listen(written < bytes.count ? POLLOUT : 0)
        return written
    }

    func receiveEnd(_ output: inout ChannelOutput) { input = nil }

    func work(_ output: inout ChannelOutput) {
        guard exitStatus == nil else { return }
        pump(self.output, while: { !$0.isFull }, &output) { $1.append($0) }
        pump(errors, while: { _ in true }, &output) { $1.appendError($0) }
        readNames()
        if names.isAtEnd, self.output.isAtEnd, !isOver {
            isOver = true
            taker.end()
        }
        guard isOver, taker.isDone else { return }
        let status = Self.wait(for: process)
        if let words = taker.failure {
            output.appendError("\(words)\n".utf8)
            exitStatus = status == 0 ? 23 : status
        } else {
            exitStatus = status
        }
    }

    private func pump(
        _ pipe: RsyncPipe, while hasRoom: (ChannelOutput) -> Bool, _ output: inout ChannelOutput,
        _ take: (ArraySlice<UInt8>, inout ChannelOutput) -> Void
    ) {
        while hasRoom(output) {
            let count = pipe.read(&buffer)
            guard count > 0 else { break }
            take(buffer[..<count], &output)
        }
        pipe.listen(!pipe.isAtEnd && hasRoom(output) ? POLLIN : 0)
    }

    /// Stops reading while the taker is behind: the child then waits at its next file (invariant 5).
    private func readNames() {
        while !taker.isFull {
            let count = names.read(&buffer)
            guard count > 0 else { break }
            for name in lines.add(buffer[..<count]) { taker.add(name) }
        }
        names.listen(!names.isAtEnd && !taker.isFull ? POLLIN : 0)
    }

    func stop() {
        for pipe in [output, errors, names] { pipe.listen(0) }
        input = nil
        guard exitStatus == nil else { return }
        exitStatus = 255
        kill(-process, SIGKILL)
        _ = Self.wait(for: process)
        while true {
            let count = names.read(&buffer)
            guard count > 0 else { break }
            for name in lines.add(buffer[..<count]) { taker.add(name) }
        }
        taker.end()
    }

    private static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        guard retrying({ waitpid(process, &status, 0) }) == process else { return 255 }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 255
    }
}

/// Calls `body` with a C array of C strings that ends with a null pointer.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
) -> Result {
    let copies = texts.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { body($0.baseAddress) }
}
