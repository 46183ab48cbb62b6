import Dispatch
public import Domain
public import Logging
public import Store
import Synchronization

/// Sends every change to the central database, once and in order, on a thread of its own that may block.
///
///     feed ─▶ batch ─▶ COPY, apply, watermark: one transaction at the centre ─▶ mark here
///
/// What the centre has is told by its own watermark; what is noted here only decides what may be deleted here. Nothing
/// of the intake waits for any of it.
public final class Replicator: Sendable {
    private let settings: ReplicatorSettings
    private let local: LocalSide
    private let board: StatusBoard
    private let requests = ReplicatorRequests()
    private let interrupt = UpstreamInterrupt()
    private let wishes = PictureWishes()
    /// Of its own: who waits takes the wake-up with it.
    private let pictureInterrupt = UpstreamInterrupt()
    private let source: (any PictureSource)?
    private let logger: Logger
    /// Who waits for the end.
    private let ending = Mutex<CheckedContinuation<Void, Never>?>(nil)

    /// A stop does not wait longer for the thread: to look up a name can take half a minute, and nothing is lost by
    /// leaving it alone.
    private static let stopLimit = Duration.milliseconds(2_500)

    /// - Parameter pictures: where pictures come from; without it none are sent.
    public init(
        _ settings: ReplicatorSettings, store: Store, pictures: (any PictureSource)? = nil, logger: Logger
    ) {
        self.settings = settings
        source = settings.pictures.choice == .none ? nil : pictures
        local = LocalSide(store: store)
        board = StatusBoard(
            clock: store.clock,
            status: UpstreamStatus(
                .connecting, server: settings.postgres.url.server, confirmedSequence: store.confirmed.sequence,
                epoch: store.confirmed.epoch, picturesWaiting: source == nil ? nil : 0))
        self.logger = logger
    }

    /// Cheap; does no I/O.
    public var status: UpstreamStatus { board.status }

    /// Works until `stop`. To be called once.
    public func run() async {
        let lane = startPictures()
        await withCheckedContinuation { continuation in
            ending.withLock { $0 = continuation }
            DispatchQueue(label: "upstream").async { [self] in
                ReplicatorLoop(settings, local, board, requests, wishes, interrupt, logger).run()
                lane?.wait()
                finish()
            }
        }
    }

    /// Ends what is under way at once: a batch whose end the centre has not told is looked up there by the next start.
    public func stop() {
        interrupt.interrupt()
        pictureInterrupt.interrupt()
        Task {
            try? await Task.sleep(for: Self.stopLimit)
            finish()
        }
    }

    /// - Returns: signals the end; nil when no pictures are sent.
    private func startPictures() -> DispatchSemaphore? {
        guard let source else { return nil }
        let end = DispatchSemaphore(value: 0)
        DispatchQueue(label: "upstream pictures").async { [self] in
            PictureLane(settings, local, board, source, wishes, pictureInterrupt, logger).run()
            end.signal()
        }
        return end
    }

    private func finish() {
        let continuation = ending.withLock { ending in
            defer { ending = nil }
            return ending
        }
        continuation?.resume()
    }

    // MARK: What is asked of it

    /// Has stored events sent anew, and all devices. When it returns, this is on disk.
    /// - Throws: `StoreError`.
    public func resync(from: Instant?) async throws {
        try await local.store.write { try $0.keep(ResyncWish(from: from)) }
        requests.wantResync()
        interrupt.wake()
    }

    /// A page of the rows that the centre has refused, by their ids.
    /// - Throws: `StoreError`.
    public func parked(after id: Int64?, limit: Int) async throws -> [UpstreamParkedRow] {
        try await local.store.read { try ParkedRow.page(after: id, limit: limit, $0) }.map { row in
            UpstreamParkedRow(
                id: row.id, entity: row.entity, key: row.key, operation: row.operation, sequence: row.sequence,
                sqlState: row.sqlstate, message: row.message, parkedAt: row.parkedAt, attempts: row.attempts)
        }
    }

    /// Has a refused row sent again soon.
    /// - Returns: false when there is no such row.
    /// - Throws: `StoreError`.
    public func retry(parked id: Int64) async throws -> Bool {
        guard try await local.store.read({ try ParkedRow.fetch(id: id, $0) }) != nil else { return false }
        requests.wantRetry(of: id)
        interrupt.wake()
        return true
    }

    /// Has all refused rows sent again soon.
    /// - Returns: how many those are.
    /// - Throws: `StoreError`.
    public func retryAllParked() async throws -> Int64 {
        let count = try await local.store.read { try ParkedRow.count($0) }
        requests.wantRetryOfAll()
        interrupt.wake()
        return count
    }
}
