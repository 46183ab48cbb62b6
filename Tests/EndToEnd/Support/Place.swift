#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where things are.
enum Place {
    /// The root of the package.
    static let package: String = {
        // …/Tests/EndToEnd/Support/Place.swift
        let parts = #filePath.split(separator: "/")
        return "/" + parts.dropLast(4).joined(separator: "/")
    }()

    /// The appliance that was built with the tests, beside their own executable; `APPLIANCE_BINARY` names another one.
    static func binary() throws -> String {
        if let path = getenv("APPLIANCE_BINARY") { return String(cString: path) }
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let parts = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: "/")
        let besideTests = "/" + (parts.dropLast() + ["lpr-appliance"]).joined(separator: "/")
        for path in [besideTests, package + "/.build/debug/lpr-appliance"] where access(path, X_OK) == 0 {
            return path
        }
        throw TestFailure("there is no \(besideTests); build it with 'swift build --build-tests'")
    }
}

/// The whole of a file; nil when it cannot be read.
func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return ferror(file) == 0 ? bytes : nil
}

func writeFile(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "we") else { throw TestFailure.system("write \(path)") }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw TestFailure.system("write \(path)") }
}
