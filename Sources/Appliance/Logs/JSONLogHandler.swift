import Domain
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One JSON object a line, for programs that collect logs.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("time", SystemClock.now)
            writer.member("level", event.level.rawValue)
            writer.member("label", label)
            writer.member("message", "\(event.message)")
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            for (name, value) in all.sorted(by: { $0.key < $1.key }) { writer.member(name, "\(value)") }
        }
        let line = writer.bytes + [0x0A]
        // One call for one line, so that lines of several threads do not mix.
        line.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
