public import Domain

extension WriteContext {
    /// Writes a row of the communication log into the current transaction.
    public func log(_ entry: CommunicationLogEntry) throws {
        try statements.insertLog.run { row in
            row.bind(entry.protocol.rawValue)
            row.bind(entry.direction.rawValue)
            row.bind(String(entry.source.prefix(50)))
            row.bind(String(entry.destination.prefix(50)))
            row.bind(String(entry.messageType.prefix(50)))
            row.bind(entry.isSuccess ? 1 as Int64 : 0)
            row.bind(entry.latency.wholeMilliseconds)
            row.bind(Int64(entry.byteCount))
            row.bind(entry.errorMessage.map { String($0.prefix(500)) })
            row.bind(entry.isFromTrustedNetwork ? 1 as Int64 : 0)
            row.bind(entry.createdAt)
        }
    }

    /// Keeps a message that was not accepted (the way of one event, step 5).
    public func keep(_ message: RejectedMessage) throws {
        try statements.insertRejected.run { row in
            row.bind(message.receivedAt)
            row.bind(message.protocol.rawValue)
            row.bind(String(message.peer.prefix(100)))
            row.bind(message.deviceID.map { String($0.prefix(50)) })
            row.bind(message.topic.map { String($0.prefix(RejectedMessage.topicLimit)) })
            row.bind(String(message.reason.prefix(1_000)))
            row.bind(message.payload)
            row.bind(Int64(message.payloadByteCount))
        }
        announce(message)
    }
}
