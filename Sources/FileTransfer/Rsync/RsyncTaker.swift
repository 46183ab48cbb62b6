import CLinuxCalls
import Dispatch
import Logging
import Synchronization

/// Takes the files that an rsync child has received, on a thread of its own: the child receives the next ones meanwhile.
final class RsyncTaker: Sendable {
    /// Names that may wait.
    private static let limit = 512
    /// Files of one transaction.
    private static let portion = 32

    private struct State {
        var names: [String] = []
        var hasEnded = false
        var isDone = false
        var failure: String?
    }

    private let finish: UploadFinish
    private let target: RootPath
    private let logger: Logger
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    /// Wakes the connection, which waits for room or for the end.
    private let progress: @Sendable () -> Void

    init(
        _ finish: UploadFinish, below target: RootPath, logger: Logger, progress: @escaping @Sendable () -> Void
    ) {
        self.progress = progress
        self.finish = finish
        self.target = target
        self.logger = logger
        SSHThread.start { [self] in
            run()
        } otherwise: {
            state.withLock { state in
                state.isDone = true
                state.failure = "the box has no thread left; run rsync again"
            }
        }
    }

    var isFull: Bool { state.withLock { $0.names.count >= Self.limit && !$0.isDone } }
    var isDone: Bool { state.withLock { $0.isDone } }
    /// Why not all was taken; for the client.
    var failure: String? { state.withLock { $0.failure } }

    /// - Parameter name: below the target, as the child wrote it; nil when nobody can read it.
    func add(_ name: String?) {
        guard let name else { return note("a file's name is not UTF-8 or too long; rename it and send it again") }
        state.withLock { $0.names.append(name) }
        wake.signal()
    }

    /// No more names will come.
    func end() {
        state.withLock { $0.hasEnded = true }
        wake.signal()
    }

    private func run() {
        while true {
            let (names, isLast) = state.withLock { state -> ([String], Bool) in
                // The last name may still stand for a file that has not got its name yet.
                let count = min(Self.portion, state.hasEnded ? state.names.count : state.names.count - 1)
                let names = Array(state.names.prefix(max(0, count)))
                state.names.removeFirst(names.count)
                return (names, state.hasEnded && state.names.isEmpty)
            }
            if names.isEmpty, !isLast {
                wake.wait()
                continue
            }
            take(names.compactMap { try? RootPath((target.text + "/" + $0).utf8) })
            guard isLast else {
                progress()
                continue
            }
            takeRest(of: target)
            state.withLock { $0.isDone = true }
            return progress()
        }
    }

    /// What nobody named: an earlier run was cut off, or its child died, between a file and its name. This run has found
    /// it there, so that the client hears that all is well, and then it has to be (invariant 1).
    private func takeRest(of path: RootPath) {
        guard path.names.count <= RootPath.depthLimit, let directory = try? finish.root.openDirectory(path),
            let listing = try? DirectoryListing(directory)
        else { return }
        while true {
            let entries = listing.next(256)
            guard !entries.isEmpty else { return }
            var files: [RootPath] = []
            for entry in entries where !entry.status.isPlaceholder && !entry.status.isNoted {
                let inside = path.appending(entry.name)
                if entry.status.kind == .directory { takeRest(of: inside) } else { files.append(inside) }
            }
            for start in stride(from: 0, to: files.count, by: Self.portion) {
                take(Array(files[start..<min(files.count, start + Self.portion)]))
            }
        }
    }

    private func take(_ paths: [RootPath]) {
        var candidates: [UploadFinish.Candidate] = []
        for path in paths {
            guard let candidate = finish.candidate(path, isLeftBehind: true) else { continue }
            // All are begun before any is waited for.
            candidate.file.use { _ = lpr_begin_writing($0) }
            candidates.append(candidate)
        }
        var synced: [UploadFinish.Candidate] = []
        for candidate in candidates {
            do throws(RootError) {
                try candidate.file.sync()
                synced.append(candidate)
            } catch {
                finish.uploads.endTaking(candidate.status.identity)
                note("\(candidate.path.absolute): \(error.reason)")
            }
        }
        for (candidate, verdict) in zip(synced, finish.take(synced, startedAt: ContinuousClock().now)) {
            switch verdict {
            case .taken, .stays: break
            case .refused(let reason), .notNow(let reason): note("\(candidate.path.absolute): \(reason)")
            }
        }
    }

    /// The first words count; more would only fill the client's screen.
    private func note(_ words: String) {
        logger.debug("file of rsync not taken", metadata: ["cause": "\(words)"])
        state.withLock { $0.failure = $0.failure ?? words }
    }
}
