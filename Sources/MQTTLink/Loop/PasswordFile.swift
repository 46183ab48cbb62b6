#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The file that holds a password, read for each connection, so that a new password needs no restart.
enum PasswordFile {
    private static let limit = 1_024

    static func read(_ path: String) throws(ConnectionFailure) -> String {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw ConnectionFailure(.setup, "mqtt.password_file \(path) cannot be read")
        }
        guard bytes.count <= limit, let text = String(bytes: bytes, encoding: .utf8) else {
            throw ConnectionFailure(.setup, "mqtt.password_file \(path) holds no password: it must be one short line")
        }
        var password = text[...]
        while password.last?.isNewline ?? false { password = password.dropLast() }
        return String(password)
    }
}
