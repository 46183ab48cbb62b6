import Domain
import Store

extension CommunicationSummary {
    /// - Parameter connectedNow: nil for protocols that keep no connection.
    func write(to writer: inout JSONWriter, connectedNow: Int?) {
        writer.object { writer in
            writer.member("protocol", `protocol`.rawValue)
            writer.member("direction", direction.rawValue)
            writer.member("messages", messages)
            writer.member("failures", failures)
            writer.member("success_rate", successRate)
            writer.member("bytes", bytes)
            writer.name("latency_ms")
            writer.object { writer in
                writer.member("p50", p50Milliseconds)
                writer.member("p95", p95Milliseconds)
                writer.member("p99", p99Milliseconds)
            }
            writer.member("connected_now", connectedNow.map { Int64($0) })
            writer.member("last_error", lastError)
            writer.member("last_error_at", lastErrorAt)
        }
    }
}

extension CommunicationLogRow {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("protocol", `protocol`)
            writer.member("direction", direction.rawValue)
            writer.member("source", source)
            writer.member("destination", destination)
            writer.member("message_type", messageType)
            writer.member("success", isSuccess)
            writer.member("latency_ms", latencyMilliseconds)
            writer.member("bytes", byteCount)
            writer.member("error_message", errorMessage)
            writer.member("trusted_network", isFromTrustedNetwork)
            writer.member("created_at", createdAt)
        }
    }
}

extension RejectedMessageRow {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("received_at", receivedAt)
            writer.member("protocol", `protocol`)
            writer.member("peer", peer)
            writer.member("device_id", deviceID)
            writer.member("topic", topic)
            writer.member("reason", reason)
            writer.member("payload", payload)
            writer.member("payload_bytes", payloadByteCount)
        }
    }
}
