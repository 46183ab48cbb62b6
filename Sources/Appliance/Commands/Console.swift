#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What commands say to the person at the terminal.
enum Console {
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    static func error(_ text: String) { write("lpr-appliance: \(text)\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    /// A password from the terminal without showing it, or from a pipe as one line.
    static func readPassword(prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine(strippingNewline: true) }
        write(prompt, to: STDERR_FILENO)
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        var restored = before
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &restored)
            write("\n", to: STDERR_FILENO)
        }
        return readLine(strippingNewline: true)
    }
}
