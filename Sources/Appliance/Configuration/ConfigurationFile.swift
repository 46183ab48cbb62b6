#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads the bytes of a configuration file.
enum ConfigurationFile {
    /// A megabyte: a thousand times what a full configuration needs.
    static let largestSize = 1 << 20

    /// - Throws: A problem that names the file when it is missing, unreadable, not a file, or too large.
    static func read(_ path: String) throws(ConfigurationProblem) -> [UInt8] {
        // Opening a pipe must not wait for somebody to write into it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let error = errno
            throw problem(path, "cannot be opened: \(systemError())", remedy(error))
        }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw problem(path, "is not a regular file", "name a text file in TOML")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = systemRead(descriptor, &buffer, buffer.count)
            guard count != 0 else { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw problem(path, "cannot be read: \(systemError())", "check the disk and the file's permissions")
            }
            bytes += buffer[..<count]
            guard bytes.count <= largestSize else {
                throw problem(path, "is larger than 1 MiB", "name a text file in TOML")
            }
        }
    }

    /// What to do about a file that cannot be opened. The installed one is closed to all but root and the service, as
    /// addresses in it may hold passwords.
    static func remedy(_ error: Int32) -> String {
        error == EACCES ? "run this command with sudo" : "name a file that exists and can be read"
    }

    static func problem(_ path: String, line: Int? = nil, _ wrong: String, _ right: String) -> ConfigurationProblem {
        ConfigurationProblem(source: .file(path: path, line: line), key: nil, wrong: wrong, right: right)
    }

    private static func systemError() -> String { String(cString: strerror(errno)) }
}

/// `read` of the system: within a type that has a `read` of its own the name alone means the latter.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}
