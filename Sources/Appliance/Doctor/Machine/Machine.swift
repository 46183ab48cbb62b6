import CLinuxCalls
import Domain
import FileTransfer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The box, as far as checks ask it. Each answer can be replaced: no test can wear out an eMMC.
struct Machine: Sendable {
    var files = SystemFiles()
    var hostName: String
    /// The release of the kernel, such as `6.1.0-28-arm64`.
    var kernel: String
    /// The user that looks; 0 is root.
    var userID: UInt32
    var now: @Sendable () -> Instant
    /// When the program was put together; no clock that is right is before it.
    var programMadeAt: Instant?
    /// Nil when the kernel does not tell.
    var isClockSynchronised: @Sendable () -> Bool?
    /// 0 when the kernel cannot confine programs.
    var landlockVersion: @Sendable () -> Int
    var fileSystem: @Sendable (_ path: String) -> FileSystemUse?
    /// Whether a program of the system is installed.
    var hasProgram: @Sendable (_ name: String) -> Bool
    /// Runs a program of the system; nil when it is not there or does not end. Blocks.
    var run: @Sendable (_ name: String, _ arguments: [String]) -> ProgramCall.Result?

    var isRoot: Bool { userID == 0 }

    static var current: Machine {
        var names = utsname()
        uname(&names)
        return Machine(
            hostName: text(of: names.nodename), kernel: text(of: names.release), userID: geteuid(),
            now: { SystemClock.now },
            programMadeAt: FileStatus("/proc/self/exe").map { Instant(seconds: Int64($0.changedAt)) },
            isClockSynchronised: {
                let state = lpr_clock_is_synchronised()
                return state < 0 ? nil : state == 1
            },
            landlockVersion: { RsyncConfinement.landlockVersion }, fileSystem: { FileSystemUse(of: $0) },
            hasProgram: { ProgramCall.path(of: $0) != nil }, run: { ProgramCall.run($0, $1) })
    }

    /// A C string in an array of fixed size.
    private static func text<Characters>(of characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
