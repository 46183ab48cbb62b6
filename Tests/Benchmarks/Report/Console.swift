#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The table goes to standard output, what happens meanwhile to standard error.
enum Console {
    static func result(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func progress(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
