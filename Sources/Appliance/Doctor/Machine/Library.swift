import CLibPQ
import CLibSSH
import CMosquitto
import CZlib
import GRDBSQLite

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

    /// The numbers at the beginning: `0.10.6/openssl/zlib` and `1.2.13.dfsg` have some behind them.
    private static func numbers(_ version: String) -> [Int] {
        version.split(separator: "/").first?.split(separator: ".").prefix(3).compactMap { Int($0) } ?? []
    }

    static var all: [Library] {
        [sqlite, ssh, postgres, mosquitto, zlib] + [openSSL].compactMap { $0 }
    }

    private static var sqlite: Library {
        let version = String(cString: sqlite3_libversion())
        var library = Library(name: "SQLite", version: version, minimum: "3.37.0")
        let numbers = numbers(version)
        // Two connections that commit and checkpoint at once can damage the database there; the appliance has but one
        // that does (invariant 2).
        if !numbers.lexicographicallyPrecedes([3, 7, 0]), numbers.lexicographicallyPrecedes([3, 51, 3]) {
            library.remark = "the WAL-reset bug of SQLite before 3.51.3 cannot happen here: only one connection writes"
        }
        return library
    }

    private static var ssh: Library {
        // 0.10.6/openssl/zlib
        let version = ssh_version(0).map { String(cString: $0) } ?? "unknown"
        return Library(
            name: "libssh", version: String(version.prefix { $0 != "/" }), minimum: "0.9.6")
    }

    private static var postgres: Library {
        // 150018 is 15.18.
        let number = PQlibVersion()
        return Library(name: "libpq", version: "\(number / 10_000).\(number % 10_000)", minimum: "14")
    }

    private static var mosquitto: Library {
        var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
        mosquitto_lib_version(&major, &minor, &revision)
        return Library(name: "libmosquitto", version: "\(major).\(minor).\(revision)", minimum: "2.0.11")
    }

    private static var zlib: Library { Library(name: "zlib", version: String(cString: zlibVersion())) }

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
