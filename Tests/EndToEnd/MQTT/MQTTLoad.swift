import Domain
import Testing

/// Cameras that publish as fast as the broker takes it.
struct MQTTLoad {
    /// The names of the events that the broker has acknowledged.
    let acknowledged: [String]
    /// When, in the same order; only with `again`.
    private let times: [Times]

    /// In seconds of the monotonic clock of this machine.
    private struct Times {
        /// When the broker had accepted the connection that the event came by.
        let connected: Double
        /// When the camera had read the acknowledgement.
        let read: Double
    }

    /// Those that a broker may have forgotten: it acknowledged them, and was killed before it saved them.
    func perhapsForgotten(in crashes: [Broker.Crash]) -> Set<String> {
        let names = zip(acknowledged, times).filter { _, times in
            // What was read late may have come from before the kill all the same; its connection tells.
            crashes.contains { times.connected < $0.killed && times.read >= $0.saved }
        }
        return Set(names.map(\.0))
    }

    /// - Parameters:
    ///   - ids: which events have an `event_id`: `all`, `some` or `none`.
    ///   - options: of `mqtt_publish.py`.
    static func publish(
        to broker: Broker, prefix: String = "load", count: Int, ids: String = "all", _ options: [String: String] = [:]
    ) async throws -> MQTTLoad {
        let all = ["broker": broker.place, "prefix": prefix, "count": "\(count)", "ids": ids]
        let seen = try await PythonProgram.run(
            "mqtt_publish", all.merging(options) { $1 }, limit: .seconds(610))
        return MQTTLoad(
            acknowledged: (seen["acknowledged"]?.arrayValue ?? []).compactMap(\.stringValue),
            times: (seen["times"]?.arrayValue ?? []).compactMap { each in
                guard let parts = each.arrayValue, parts.count == 2, let connected = parts[0].doubleValue,
                    let read = parts[1].doubleValue
                else { return nil }
                return Times(connected: connected, read: read)
            })
    }
}

extension StoppedDatabase {
    /// Checks that exactly these events of `MQTTLoad` are stored, each once, each in the change feed.
    /// - Parameter perhaps: those that may be missing.
    func expectEachOnce(_ names: [String], except perhaps: Set<String> = []) async throws {
        #expect(try await rows("PRAGMA quick_check") == [["ok"]])
        let stored = try await rows(
            """
            SELECT json_extract(metadata, '$.name'), count(*) FROM lpr_events
            WHERE json_extract(metadata, '$.name') IS NOT NULL GROUP BY 1
            """)
        let twice = stored.filter { $0[1] != "1" }
        #expect(twice.isEmpty, "stored more than once: \(twice.count), such as \(twice.prefix(20))")
        let there = Set(stored.map { $0[0] })
        let lost = names.filter { !there.contains($0) && !perhaps.contains($0) }
        #expect(lost.isEmpty, "acknowledged by the broker, but missing: \(lost.count), such as \(lost.prefix(20))")
        let unfed = try await rows(
            """
            SELECT count(*) FROM lpr_events
            WHERE event_id NOT IN (SELECT entity_key FROM changes WHERE entity = 'lpr_events')
            """)
        #expect(unfed == [["0"]], "events that are not in the change feed")
    }
}
