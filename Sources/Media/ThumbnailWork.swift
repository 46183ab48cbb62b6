import Synchronization

/// Who makes which missing thumbnail when.
///
/// 1. Thumbnails that somebody waits for are made on two threads of their own; two who ask for the same one wait for
///    the same work.
/// 2. Thumbnails that nobody asked for yet are made on one thread that leaves the processor to others. Its queue forgets
///    what it has no room for: the first who asks then waits for the work.
/// 3. A picture that cannot be reduced is remembered, so that asking again and again costs nothing. What is remembered
///    is bounded; forgetting costs one attempt.
final class ThumbnailWork: Sendable {
    private struct State {
        /// Those who wait for a thumbnail that is being made.
        var waiting: [String: [CheckedContinuation<Void, any Error>]] = [:]
        var hopeless: Set<String> = []
    }

    private static let hopelessLimit = 4_096

    private let asked: FileWorkers
    private let later: FileWorkers
    private let state = Mutex(State())

    init(laterLimit: Int = 1_024) throws(MediaError) {
        asked = try FileWorkers(threads: 2, countLimit: 128, byteLimit: .max)
        later = try FileWorkers(threads: 1, countLimit: laterLimit, byteLimit: .max, stepsBack: true)
    }

    func isHopeless(_ path: PicturePath) -> Bool { state.withLock { $0.hopeless.contains(path.text) } }

    func markHopeless(_ path: PicturePath) {
        state.withLock { state in
            if state.hopeless.count >= Self.hopelessLimit { state.hopeless.removeAll() }
            state.hopeless.insert(path.text)
        }
    }

    /// The picture was replaced; it may be worth an attempt again.
    func forget(_ path: PicturePath) { _ = state.withLock { $0.hopeless.remove(path.text) } }

    /// Runs `work` for whoever asks first, and lets all others who ask meanwhile wait for it.
    ///
    /// - Throws: `MediaError.busy`, else what `work` throws.
    func makeOnce(_ path: PicturePath, _ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting[path.text, default: []].append(continuation)
                return state.waiting[path.text]?.count == 1
            }
            guard isFirst else { return }
            asked.enqueue(
                then: { result in
                    let waiting = self.state.withLock { $0.waiting.removeValue(forKey: path.text) ?? [] }
                    for continuation in waiting { continuation.resume(with: result) }
                }, work: work)
        }
    }

    /// Runs `work` on a thread of those that make what somebody waits for.
    ///
    /// - Throws: `MediaError.busy`, else what `work` throws.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await asked.run(work)
    }

    /// Runs `work` when the machine has time, or never.
    func makeLater(_ work: @escaping @Sendable () -> Void) {
        later.enqueue(then: { (_: Result<Void, any Error>) in }, work: work)
    }

    /// Thumbnails that wait for the machine to have time.
    var laterCount: Int { later.waitingCount }
}
