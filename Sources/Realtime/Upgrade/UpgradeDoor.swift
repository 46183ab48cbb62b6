import NIOCore

/// Decides who becomes a WebSocket, and what the WebSocket belongs to.
public protocol UpgradeDoor: Sendable {
    /// - Returns: nil when there is no WebSocket at that path: the request is answered as any other.
    /// - Throws: `UpgradeRefusal`.
    func decide(_ request: UpgradeRequest) async throws(UpgradeRefusal) -> AcceptedUpgrade?
}

/// What a request becomes.
public struct AcceptedUpgrade: Sendable {
    /// Bytes of one message.
    let messageLimit: Int
    let room: MessageRoom
    /// Makes the owner, on the channel's event loop.
    let owner: @Sendable (any Channel) -> any WebSocketOwner
    /// Gives back what was reserved, when the client is gone before it could be told.
    let abandon: @Sendable () -> Void

    init(
        messageLimit: Int, room: MessageRoom, owner: @escaping @Sendable (any Channel) -> any WebSocketOwner,
        abandon: @escaping @Sendable () -> Void
    ) {
        self.messageLimit = messageLimit
        self.room = room
        self.owner = owner
        self.abandon = abandon
    }
}
