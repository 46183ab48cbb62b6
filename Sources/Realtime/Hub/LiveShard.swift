import NIOCore

/// The outboxes of one event loop; touched on it only.
final class LiveShard {
    private var outboxes: [ObjectIdentifier: LiveOutbox] = [:]

    func add(_ outbox: LiveOutbox) { outboxes[ObjectIdentifier(outbox)] = outbox }

    func remove(_ outbox: LiveOutbox) -> Bool { outboxes.removeValue(forKey: ObjectIdentifier(outbox)) != nil }

    func offer(_ items: [LiveItem], lost: Int) {
        for outbox in outboxes.values {
            if lost > 0 { outbox.lost(lost) }
            outbox.offer(items)
        }
    }
}
