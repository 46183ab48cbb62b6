import Domain

/// Speaks Socket.IO with the sessions of an Engine.IO server: version 5 of the protocol, and with clients of
/// Engine.IO 3 the version before, which those know.
package struct SocketIOServer: Sendable {
    /// What may go on at once for one client, so that a camera that sends what has piled up shares commits instead of
    /// waiting for each; at the bound its further messages wait (invariant 5).
    private static let workLimit = 8

    let namespaces: [String: any SocketIONamespace]
    let connectTimeout: Duration

    package init(namespaces: [String: any SocketIONamespace], connectTimeout: Duration) {
        self.namespaces = namespaces
        self.connectTimeout = connectTimeout
    }

    /// Deals with one session until it ends; what was begun for it is finished.
    package func handle(_ session: EngineIOSession) async {
        let turnstile = Turnstile(places: Self.workLimit)
        await withDiscardingTaskGroup { group in
            var client = SocketIOClient(self, session)
            if session.version == .three { await client.connectOldClient() }
            for await message in session.messages {
                switch await client.receive(message) {
                case .goOn: continue
                case .end: session.close()
                case .work(let work):
                    await turnstile.enter()
                    group.addTask {
                        await work()
                        turnstile.leave()
                    }
                }
            }
            await client.end()
        }
    }
}
