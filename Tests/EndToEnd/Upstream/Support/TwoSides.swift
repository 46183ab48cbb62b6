import Domain
import Testing

/// What a site has and what the centre has of it, compared row by row and column by column.
///
/// The columns are the centre's own, so that none is forgotten; left out is what only the centre knows, and what of a
/// device is a state that passes and so is not in the feed.
struct TwoSides {
    enum Relation {
        /// Both have the same rows.
        case equal
        /// The centre has at least what the site has.
        case contained
    }

    let centre: CentralDatabase
    let site: String
    let local: StoppedDatabase

    init(_ centre: CentralDatabase, _ local: StoppedDatabase, site: String? = nil) {
        self.centre = centre
        self.site = site ?? centre.site
        self.local = local
    }

    /// - Returns: how many events the site has.
    @discardableResult
    func expect(_ relation: Relation = .equal, except parked: Set<String> = []) async throws -> Int {
        let passing: Set = ["last_seen", "ip_address", "protocols", "health"]
        let events = try await expectEvents(relation, except: parked)
        _ = try await compare("edge_devices", key: "device_id", relation, without: passing, except: [])
        return events
    }

    /// Without devices.
    @discardableResult
    func expectEvents(_ relation: Relation, except parked: Set<String> = []) async throws -> Int {
        let events = try await compare("lpr_events", key: "event_id", relation, without: [], except: parked)
        let stray = try await centre.psql(
            """
            SELECT coalesce(k.event_id, e.event_id), k.captured_at, e.captured_at
            FROM (SELECT * FROM lpr.event_keys WHERE site_id = '\(site)') k
            FULL JOIN (SELECT * FROM lpr.lpr_events WHERE site_id = '\(site)') e
                ON e.event_id = k.event_id AND e.captured_at = k.captured_at
            WHERE k.event_id IS NULL OR e.event_id IS NULL LIMIT 10
            """)
        #expect(stray == "", "keys and events of \(site) differ")
        return events
    }

    private struct Column {
        let name: String
        let type: String

        /// As text at the centre.
        var there: String {
            switch type {
            case "timestamp with time zone": "(extract(epoch FROM \(name)) * 1000000)::bigint::text"
            case "numeric": "to_char(\(name), 'FM0.0000')"
            case "boolean": "\(name)::int::text"
            case "bytea": "encode(\(name), 'hex')"
            default: "\(name)::text"
            }
        }

        /// The same text from the local table.
        var here: String {
            switch type {
            case "numeric": "CASE WHEN \(name) IS NOT NULL THEN printf('%.4f', \(name)) END"
            case "bytea": "CASE WHEN \(name) IS NOT NULL THEN lower(hex(\(name))) END"
            default: "CAST(\(name) AS TEXT)"
            }
        }
    }

    /// A byte that no value of the tests has.
    private static let separator = "~"

    private func compare(
        _ table: String, key: String, _ relation: Relation, without passing: Set<String>, except parked: Set<String>
    ) async throws -> Int {
        let own = "'site_id', 'epoch', 'sequence', 'stored_at'"
        let names = try await centre.psql(
            """
            SELECT column_name, data_type FROM information_schema.columns
            WHERE table_schema = 'lpr' AND table_name = '\(table)' AND column_name NOT IN (\(own))
            ORDER BY column_name <> '\(key)', ordinal_position
            """)
        var columns: [Column] = []
        for line in names.split(separator: "\n" as Character) {
            let words = line.split(separator: "|").map { String($0) }
            if words.count == 2, !passing.contains(words[0]) { columns.append(Column(name: words[0], type: words[1])) }
        }
        #expect(columns.count > 5, "no columns of \(table): \(names)")
        let there = try await centre.psql(
            "SELECT \(Self.line(columns.map { $0.there }, "chr(10)")) FROM lpr.\(table) WHERE site_id = '\(site)'")
        let here = try await local.rows("SELECT \(Self.line(columns.map { $0.here }, "char(10)")) FROM \(table)")
        let hereLines = here.map { $0.joined(separator: "\t") }
        let ours = rows(hereLines, columns).filter { !parked.contains($0.key) }
        let theirs = rows(there.split(separator: "\n").map { String($0) }, columns)
        #expect(theirs.values.allSatisfy { $0.count == 1 }, "twice in \(table) at the centre")
        let wrong = ours.filter { theirs[$0.key] != $0.value }
        let words = wrong.prefix(3).map { "\($0.value) – there \(theirs[$0.key] ?? [["nothing"]])" }
        #expect(wrong.isEmpty, "\(wrong.count) of \(ours.count) rows of \(table) differ: \(words)")
        if relation == .equal {
            let more = theirs.keys.filter { ours[$0] == nil }
            #expect(more.isEmpty, "only at the centre, in \(table): \(more.count), \(more.prefix(5))")
        }
        return ours.count
    }

    /// One text for a row.
    private static func line(_ values: [String], _ newline: String) -> String {
        values.map { "coalesce(replace(\($0), \(newline), '⏎'), '∅')" }.joined(separator: " || '\(separator)' || ")
    }

    /// The rows by their key, which is the first column.
    private func rows(_ lines: [String], _ columns: [Column]) -> [String: [[String]]] {
        let documents = columns.indices.filter { columns[$0].type == "jsonb" }
        var rows: [String: [[String]]] = [:]
        for line in lines {
            var cells = line.utf8.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
                .map { String(Substring($0)) }
            for place in documents where place < cells.count {
                if let value = try? JSONParser.parse(cells[place]) { cells[place] = Self.sorted(value).text }
            }
            rows[cells[0], default: []].append(cells)
        }
        return rows
    }

    /// Without the order of members and the digits of numbers, which `jsonb` does not keep.
    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map(sorted))
        case .object(let object):
            var result = JSONObject()
            for member in object.members.sorted(by: { $0.name < $1.name }) {
                result[member.name] = sorted(member.value)
            }
            return .object(result)
        case .number(let number): return number.double.map { .double($0) } ?? value
        default: return value
        }
    }
}
