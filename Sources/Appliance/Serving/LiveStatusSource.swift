import Domain
import Gateway
import HTTPAPI
import Media
import Monitoring
import Realtime
import Store
import Synchronization

/// Makes `system_status` and `communication_status` (docs/live.md).
final class LiveStatusSource: Sendable {
    /// Live connections that are open now.
    typealias Counts = @Sendable () -> (webSocket: Int, socketIO: Int)

    private struct Last: Sendable {
        var reading: SystemReading
        var totals: [CommunicationTotal]
        var at: ContinuousClock.Instant
    }

    private let parts: APIServices
    private let counts: Counts
    private let last: Mutex<Last>

    init(_ parts: APIServices, counts: @escaping Counts) {
        self.parts = parts
        self.counts = counts
        last = Mutex(Last(reading: .now(), totals: parts.statistics.totals, at: .now))
    }

    func now() async -> (system: [UInt8], communication: [UInt8]) {
        let isHealthy = await parts.isHealthy()
        let next = Last(reading: .now(), totals: parts.statistics.totals, at: .now)
        let before = last.withLock { last in
            defer { last = next }
            return last
        }
        return (system(before, next, isHealthy: isHealthy), communication(before, next))
    }

    private func system(_ before: Last, _ next: Last, isHealthy: Bool) -> [UInt8] {
        let reading = next.reading
        let space = parts.space.space()
        let counts = counts()
        return object { writer in
            writer.member("time", parts.store.clock.now())
            writer.member("uptime_seconds", (ContinuousClock().now - parts.startedAt).components.seconds)
            writer.member("status", isHealthy ? "ok" : "degraded")
            writer.member("cpu_percent", reading.busyPercent(since: before.reading).map { ($0 * 10).rounded() / 10 })
            writer.member("load_1m", reading.loadOneMinute)
            writer.name("memory")
            writer.object { writer in
                writer.member("total_bytes", reading.memoryTotalBytes)
                writer.member("available_bytes", reading.memoryAvailableBytes)
                writer.member("process_bytes", reading.processBytes)
            }
            writer.name("disk")
            writer.object { writer in
                writer.member("total_bytes", space?.total)
                writer.member("available_bytes", space?.available)
                writer.member("reserve_bytes", parts.space.reserve)
            }
            writer.name("database")
            writer.object { writer in
                writer.member("size_bytes", parts.databaseSize)
                writer.member("queue_length", Int64(parts.store.queueLength))
            }
            writer.name("connections")
            writer.object { writer in
                writer.member("websocket", Int64(counts.webSocket))
                writer.member("socketio", Int64(counts.socketIO))
                if let connected = parts.linkedNow(.mqtt) { writer.member("mqtt", Int64(connected)) }
            }
            writer.name("upstream")
            writeUpstream(to: &writer)
        }
    }

    private func writeUpstream(to writer: inout JSONWriter) {
        guard let status = parts.upstream?.status, status.state != .off else {
            writer.null()
            return
        }
        writer.object { writer in
            writer.member("state", status.state.rawValue)
            writer.member("problem", status.problem?.rawValue)
            writer.member("lag_rows", status.lagRows)
            writer.member("lag_seconds", (status.lagSeconds * 10).rounded() / 10)
            writer.member("parked_rows", status.parkedRows)
        }
    }

    private func communication(_ before: Last, _ next: Last) -> [UInt8] {
        let seconds = (next.at - before.at) / .seconds(1)
        return object { writer in
            writer.name("protocols")
            writer.array { writer in
                for total in next.totals {
                    let earlier = before.totals.first {
                        $0.protocol == total.protocol && $0.direction == total.direction
                    }
                    let fresh = Double(total.messages - (earlier?.messages ?? 0))
                    writer.object { writer in
                        writer.member("protocol", total.protocol.rawValue)
                        writer.member("direction", total.direction.rawValue)
                        writer.member("messages", total.messages)
                        writer.member("failures", total.failures)
                        writer.member("bytes", total.bytes)
                        writer.member("per_second", seconds > 0 ? (fresh / seconds * 10).rounded() / 10 : nil)
                        writer.member("connected_now", connectedNow(total.protocol))
                    }
                }
            }
        }
    }

    private func connectedNow(_ protocol: SourceProtocol) -> Int64? {
        switch `protocol` {
        case .webSocket: Int64(counts().webSocket)
        case .socketIO: Int64(counts().socketIO)
        default: parts.linkedNow(`protocol`).map { Int64($0) }
        }
    }

    private func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        writer.object(body)
        return writer.bytes
    }
}

/// The counts of live connections, for the status that they themselves tell.
final class LiveCounts: Sendable {
    private let connections = Mutex<LiveConnections?>(nil)

    func follow(_ connections: LiveConnections) { self.connections.withLock { $0 = connections } }

    var now: (webSocket: Int, socketIO: Int) { connections.withLock { $0 }?.counts ?? (0, 0) }
}
