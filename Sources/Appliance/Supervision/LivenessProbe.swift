import NIOCore
import Store

/// Asks one part of the appliance whether it still goes on.
struct LivenessProbe: Sendable {
    /// For the log, as the subject of "does not answer".
    let name: String
    /// Begins the question and returns at once. The closure that it is given is called when the part answers, on any
    /// thread; never, when it never does.
    let ask: @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void
}

extension LivenessProbe {
    /// The one writer: what it was at is over, and with it the syncs of the disk that it waited for.
    ///
    /// Nothing is written for the question. A full disk or a broken one does not matter here: it answers with an error,
    /// which the writer hands on, and a new start would mend nothing.
    static func writer(of store: Store) -> LivenessProbe {
        LivenessProbe(name: "the writer of the database") { store.askWriter($0) }
    }

    /// Every thread that serves connections.
    static func eventLoops(of group: any EventLoopGroup) -> [LivenessProbe] {
        group.makeIterator().enumerated().map { index, loop in
            LivenessProbe(name: "event loop \(index + 1)") { loop.execute($0) }
        }
    }
}
