import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The data directory of an appliance that does not run, read with the `sqlite3` program.
struct StoppedDatabase {
    let data: String
    /// A program with arguments that runs another one where the directory can be seen.
    let prefix: [String]
    /// Holds the directory, which would be gone with the last use of it by the test.
    private let owner: Appliance?

    init(data: String, prefix: [String] = []) {
        self.data = data
        self.prefix = prefix
        owner = nil
    }

    init(of appliance: Appliance) {
        data = appliance.binary.data
        prefix = []
        owner = appliance
    }

    func rows(_ sql: String) async throws -> [[String]] {
        defer { withExtendedLifetime(owner) {} }
        let result = try await Program.run(
            prefix + ["sqlite3", "-batch", "-noheader", "-separator", "\t", data + "/appliance.sqlite", sql])
        guard result.ending == .exited(0) else { throw TestFailure("sqlite3: \(result.errors)") }
        return result.output.split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Checks that nothing acknowledged is missing, that no row names a picture that is not whole, that every row is in
    /// the change feed, and that the database is sound.
    /// - Parameter root: where the files of `data` are seen from here.
    func expectNothingLost(of acknowledged: [String: Load.Acknowledged], root: String? = nil) async throws {
        let check = try await rows("PRAGMA quick_check")
        #expect(check == [["ok"]])

        var stored: [String: (plate: String, hasPicture: Bool)] = [:]
        var paths: [String] = []
        for row in try await rows(
            """
            SELECT event_id, coalesce(license_plate, ''), coalesce(image_path, ''), coalesce(thumbnail_path, ''),
                coalesce(plate_image_path, '') FROM lpr_events
            """)
        {
            stored[row[0]] = (row[1], !row[2].isEmpty)
            paths += row[2...].filter { !$0.isEmpty }
        }
        let lost = acknowledged.filter { id, event in
            stored[id].map { $0.plate != event.plate || $0.hasPicture != event.hasPicture } ?? true
        }
        #expect(lost.isEmpty, "acknowledged, but missing or different: \(lost.keys.sorted().prefix(20))")

        let images = (root ?? data) + "/images/"
        let broken = paths.compactMap { Self.fault(of: $0, in: images) }
        #expect(broken.isEmpty, "referenced, but missing or half there: \(broken.prefix(20))")

        let unfed = try await rows(
            """
            SELECT event_id FROM lpr_events
            WHERE event_id NOT IN (SELECT entity_key FROM changes WHERE entity = 'lpr_events') LIMIT 20
            """)
        #expect(unfed.isEmpty, "not in the change feed: \(unfed)")
    }

    /// What is wrong with a picture; nil when it is whole. Says why it cannot be read: that this process has too many
    /// files open is no fault of the appliance.
    private static func fault(of path: String, in images: String) -> String? {
        var status = stat()
        guard stat(images + path, &status) == 0 else { return "\(path): \(String(cString: strerror(errno)))" }
        guard let bytes = contents(of: images + path) else { return "\(path): \(String(cString: strerror(errno)))" }
        return Picture.isWhole(bytes) ? nil : "\(path): \(bytes.count) of \(status.st_size) bytes"
    }
}
