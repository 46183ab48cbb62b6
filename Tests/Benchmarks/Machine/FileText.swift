#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Small files, whole.
enum FileText {
    static func read(_ path: String) throws(BenchmarkError) -> String {
        guard let file = fopen(path, "r") else { throw failure("read", path) }
        defer { fclose(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return String(decoding: content, as: UTF8.self) }
            content.append(contentsOf: buffer[..<count])
        }
    }

    static func write(_ text: String, to path: String) throws(BenchmarkError) {
        guard let file = fopen(path, "w") else { throw failure("write", path) }
        let isWritten = fputs(text, file) >= 0
        guard fclose(file) == 0, isWritten else { throw failure("write", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> BenchmarkError {
        BenchmarkError("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
