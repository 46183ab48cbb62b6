import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `write` of the system: within a type that has a `write` of its own the name alone means the latter.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// A directory of its own for one test, removed with it.
final class ScratchDirectory {
    let path: String
    private var files: [String] = []

    init() throws {
        var template = Array("/tmp/lpr-configuration-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for file in files { unlink(file) }
        rmdir(path)
    }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], as name: String = "appliance.conf") throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        files.append(file)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            try #require(count > 0)
            written += count
        }
        return file
    }

    func write(_ text: String, as name: String = "appliance.conf") throws -> String {
        try write(Array(text.utf8), as: name)
    }

    /// Makes a named pipe, which blocks whoever opens it carelessly.
    func makePipe(as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try #require(mkfifo(file, 0o600) == 0)
        files.append(file)
        return file
    }
}

extension ConfigurationHost {
    /// A machine without configuration file and time zones.
    static var bare: ConfigurationHost {
        var host = ConfigurationHost(standardDataDirectory: "/data", hostName: "gate", zoneInformation: nil)
        host.standardFile = "/nonexistent/appliance.conf"
        return host
    }
}

/// Loads on a bare machine.
func load(
    file: String? = nil,
    environment: [String: String] = [:],
    flags: [String: String] = [:],
    keys: [ConfigurationKey] = ConfigurationKey.all,
    host: ConfigurationHost = .bare
) throws(ConfigurationError) -> ApplianceConfiguration {
    try ApplianceConfiguration.load(file: file, environment: environment, flags: flags, keys: keys, host: host)
}

/// The problems of a load that must fail.
func problems(
    file: String? = nil,
    environment: [String: String] = [:],
    flags: [String: String] = [:],
    host: ConfigurationHost = .bare,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> [ConfigurationProblem] {
    let error = try #require(throws: ConfigurationError.self, sourceLocation: sourceLocation) {
        try load(file: file, environment: environment, flags: flags, host: host)
    }
    return error.problems
}
