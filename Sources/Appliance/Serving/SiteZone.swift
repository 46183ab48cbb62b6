import Domain
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The rules of the site's time zone, out of the system's files.
enum SiteZone {
    private static let directory = "/usr/share/zoneinfo/"

    /// - Parameter name: an IANA name, such as Asia/Bangkok.
    /// - Returns: UTC when the system does not know the zone; the log says so then.
    static func load(_ name: String, logger: Logger) -> TimeZoneRules {
        do {
            return try TimeZoneRules(tzif: read(name))
        } catch {
            // Minimal images have no zone files, and most sites of this product are in Thailand.
            if name == "Asia/Bangkok" { return TimeZoneRules(offset: 7 * 3_600) }
            logger.warning(
                "days of the statistics begin at midnight UTC: the zone is not known here; install tzdata",
                metadata: ["zone": "\(name)", "error": "\(error)"])
            return .utc
        }
    }

    private static func read(_ name: String) throws(TimeZoneFileError) -> [UInt8] {
        // A name is a path below the directory and nothing else.
        guard
            !name.split(separator: "/", omittingEmptySubsequences: false).contains(where: {
                $0.isEmpty || $0.first == "."
            })
        else { throw TimeZoneFileError(reason: "it has no name of a zone") }
        guard let file = fopen(directory + name, "r") else {
            throw TimeZoneFileError(reason: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        return [UInt8](unsafeUninitializedCapacity: TimeZoneRules.byteLimit + 1) { buffer, count in
            count = fread(buffer.baseAddress, 1, buffer.count, file)
        }
    }
}
