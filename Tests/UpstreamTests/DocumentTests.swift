import Domain
import TestSupport
import Testing
import Upstream

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The queries of docs/upstream.md behind the line `<!-- test -->` run as they stand, as a reader.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct DocumentTests {
    private static func queries() throws -> [String] {
        let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs/upstream.md"
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/" + path)), as: UTF8.self)
        return text.components(separatedBy: "<!-- test -->\n```sql\n").dropFirst().map { rest in
            String(rest.prefix(upTo: rest.firstRange(of: "```")?.lowerBound ?? rest.endIndex))
        }
    }

    private static func event(_ number: Int64) -> LPREvent {
        var event = LPREvent.sample("e-\(number)", hours: number)
        event.imagePath = "\(number).jpg"
        return event
    }

    @Test func theQueriesOfTheDocumentRun() async throws {
        let queries = try Self.queries()
        let failures = try await blocking {
            let centre = try Centre(sites: ["north", "south"])
            for site in ["north", "south"] {
                let session = try centre.begun(site)
                try session.apply(.feed(0, 50, events: (0..<50).map(Self.event)))
                _ = try session.put(
                    CentrePicture(
                        eventID: "e-1", kind: .thumbnail, mediaType: "image/jpeg", sha256: [1], content: [1, 2]))
                try session.report(SiteReport(version: "1", lagRows: 3, lagSeconds: 400, now: Instant(seconds: 0)))
            }
            let reader = centre.prefix + "analyst"
            _ = try centre.psql("CREATE ROLE \(reader) LOGIN PASSWORD 'r' IN ROLE lpr_reader")
            let connection = try PostgresConnection.open(
                PostgresSettings(
                    try ConnectionURL(centre.server.url(user: reader, password: "r", database: centre.database))))
            return queries.compactMap { query -> String? in
                do {
                    let rows = try connection.simple(query)
                    return rows.last?.rows.isEmpty == false ? nil : "no rows: \(query)"
                } catch { return "\(error): \(query)" }
            }
        }
        #expect(queries.count >= 6)
        #expect(failures == [])
    }
}
