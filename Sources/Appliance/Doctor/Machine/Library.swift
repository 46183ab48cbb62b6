import FileTransfer
import HTTPAPI
import MQTTLink
import Store
import Upstream

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A shared library as it is loaded now, not as it was when the program was built.
struct Library: Sendable, Hashable {
    let name: String
    let version: String
    /// The oldest that the appliance works with.
    var minimum: String?
    var remark: String?

    var isNewEnough: Bool {
        guard let minimum else { return true }
        return !Self.numbers(version).lexicographicallyPrecedes(Self.numbers(minimum))
    }

    /// The numbers at the beginning: `1.2.13.dfsg` has something behind them.
    private static func numbers(_ version: String) -> [Int] {
        version.split(separator: ".").prefix(3).compactMap { Int($0) }
    }

    static var all: [Library] {
        [
            sqlite, Library(name: "libssh", version: SSHLibrary.version, minimum: "0.9.6"),
            Library(name: "libpq", version: PostgresLibrary.version, minimum: "14"),
            Library(name: "libmosquitto", version: MosquittoLibrary.version, minimum: "2.0.11"),
            Library(name: "zlib", version: ZlibLibrary.version),
        ] + [openSSL].compactMap { $0 }
    }

    private static var sqlite: Library {
        let version = SQLiteLibrary.version
        var library = Library(name: "SQLite", version: version, minimum: "3.37.0")
        let numbers = numbers(version)
        // Two connections that commit and checkpoint at once can damage the database there; the appliance has but one
        // that does (invariant 2).
        if !numbers.lexicographicallyPrecedes([3, 7, 0]), numbers.lexicographicallyPrecedes([3, 51, 3]) {
            library.remark = "the WAL-reset bug of SQLite before 3.51.3 cannot happen here: only one connection writes"
        }
        return library
    }

    /// Loaded by libssh, libpq and libmosquitto, not by us: found by its name in the process.
    private static var openSSL: Library? {
        typealias Version = @convention(c) (Int32) -> UnsafePointer<CChar>?
        guard let symbol = dlsym(nil, "OpenSSL_version"),
            let text = unsafeBitCast(symbol, to: Version.self)(0).map({ String(cString: $0) })
        else { return nil }
        // OpenSSL 3.0.19 27 Jan 2026
        return Library(name: "OpenSSL", version: String(text.split(separator: " ").dropFirst().first ?? ""))
    }
}
