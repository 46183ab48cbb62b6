import Domain
import Gateway
import Logging
import Synchronization

/// Keeps the window filled, and notes what the broker has acknowledged.
final class OutboundPump: Sendable {
    /// Receipts that are noted together at once; fewer wait for the next tick.
    private static let receiptBatch = 1_000
    private static let tick: Duration = .seconds(1)

    private let queue: OutboundQueue
    private let window: OutboundWindow
    private let wakeup: Wakeup
    private let logger: Logger
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(queue: OutboundQueue, window: OutboundWindow, wakeup: Wakeup, logger: Logger) {
        self.queue = queue
        self.window = window
        self.wakeup = wakeup
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        queue.onWork = { [signal] in signal.yield() }
    }

    /// There may be room, or something to note.
    func nudge() { signal.yield() }

    /// Runs until the task is cancelled; then notes what is left.
    func run() async {
        await withTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.tick)
                    self.signal.yield()
                }
            }
            group.addTask { await self.pump() }
            await group.next()
            group.cancelAll()
        }
        await noteReceipts()
    }

    private func pump() async {
        var connection = 0
        var notedAt = ContinuousClock().now
        for await _ in signals {
            if Task.isCancelled { return }
            let now = ContinuousClock().now
            if window.acknowledgedCount >= Self.receiptBatch || now - notedAt >= Self.tick {
                await noteReceipts()
                notedAt = now
            }
            guard let demand = window.demand else { continue }
            if demand.connection != connection {
                await noteReceipts()
                queue.rewind()
                connection = demand.connection
            }
            // Half a window at least: pages of one message would cost the most under load.
            guard demand.room >= OutboundWindow.readyLimit / 2 else { continue }
            await fill(demand.connection, room: demand.room)
        }
    }

    private func fill(_ connection: Int, room: Int) async {
        do {
            let messages = try await queue.next(limit: room)
            guard !messages.isEmpty else { return }
            if window.add(messages, for: connection) { wakeup.signal() } else { nudge() }
        } catch {
            logger.warning("messages for the broker cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private func noteReceipts() async {
        let receipts = window.takeAcknowledged()
        guard !receipts.isEmpty else { return }
        do {
            try await queue.acknowledge(receipts)
        } catch {
            // They stay, bounded by the window: the cursor does not move, so that nothing is lost, only sent twice.
            if window.acknowledgedCount < 4 * Self.receiptBatch { window.putBack(receipts) }
            logger.warning("what the broker has acknowledged cannot be noted", metadata: ["error": "\(error)"])
        }
    }
}
