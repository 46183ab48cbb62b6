import Domain
import Glibc
public import Logging
import Synchronization

/// Goes through the roots of all devices.
///
/// What is whole and was not taken is taken: after a crash between the upload and its taking, or when rsync was cut off
/// behind a file, nobody would send it again. What is old goes: placeholders, what was cut off and never resumed, what
/// was of no use.
public final class RootSweep: Sendable {
    /// How long things stay.
    public struct Ages: Sendable {
        /// Placeholders: as long rsync does not send a picture again, and cameras see that it has arrived.
        public var placeholders: Duration = .seconds(7 * 86_400)
        /// Uploads that were cut off.
        public var partial: Duration = .seconds(86_400)
        /// Files that are neither picture nor event.
        public var others: Duration = .seconds(30 * 86_400)
        /// Until a file that nobody closed counts as left behind.
        public var settled: Duration = .seconds(60)

        public init() {}
    }

    /// What one run did.
    public struct Report: Sendable, Equatable {
        public internal(set) var taken = 0
        public internal(set) var removed = 0
    }

    private let server: SSHServer
    private let ages: Ages
    private let logger: Logger
    private let isStopping = Atomic(false)

    public init(_ server: SSHServer, ages: Ages, logger: Logger) {
        self.server = server
        self.ages = ages
        self.logger = logger
    }

    /// Blocks; for a thread of its own.
    /// - Parameter now: seconds since 1970, by the clock of the file system.
    func run(now: Int64) -> Report {
        var report = Report()
        for name in Self.names(in: server.settings.roots) {
            guard let device = DeviceID(name), !isStopping.load(ordering: .relaxed) else { continue }
            do throws(RootError) {
                var walk = Walk(finish: try server.finish(device, "", .sftp), ages: ages, now: now) { [self] in
                    isStopping.load(ordering: .relaxed)
                }
                walk.go(through: .root)
                walk.takeWhatWaits()
                report.taken += walk.report.taken
                report.removed += walk.report.removed
            } catch {
                logger.warning("a directory of uploads", metadata: ["device": "\(device)", "cause": "\(error.reason)"])
            }
        }
        return report
    }

    /// Runs it on a thread of its own; it ends early when the task is cancelled, and does not begin again then.
    public func run() async -> Report {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                SSHThread.start { [self] in
                    continuation.resume(returning: run(now: Int64(time(nil))))
                } otherwise: {
                    continuation.resume(returning: Report())
                }
            }
        } onCancel: {
            isStopping.store(true, ordering: .relaxed)
        }
    }

    private static func names(in path: String) -> [String] {
        let raw = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0, let listing = try? DirectoryListing(RootDescriptor(raw)) else { return [] }
        var names: [String] = []
        while true {
            let entries = listing.next(256)
            guard !entries.isEmpty else { return names }
            names += entries.filter { $0.status.kind == .directory }.map(\.name)
        }
    }
}

/// The way through one root.
private struct Walk {
    let finish: UploadFinish
    let ages: RootSweep.Ages
    let now: Int64
    var report = RootSweep.Report()
    private var waiting: [UploadFinish.Candidate] = []
    private let mustStop: () -> Bool

    init(finish: UploadFinish, ages: RootSweep.Ages, now: Int64, mustStop: @escaping () -> Bool) {
        self.finish = finish
        self.mustStop = mustStop
        self.ages = ages
        self.now = now
    }

    mutating func go(through path: RootPath) {
        guard path.names.count <= RootPath.depthLimit, let directory = try? finish.root.openDirectory(path),
            let listing = try? DirectoryListing(directory, includesOwn: true)
        else { return }
        while true {
            let entries = listing.next(256)
            guard !entries.isEmpty, !mustStop() else { return }
            for entry in entries {
                let inside = path.appending(entry.name)
                if entry.status.kind == .directory {
                    go(through: inside)
                    // Only an empty one goes.
                    if isOlder(entry.status, than: ages.placeholders) {
                        directory.use { _ = unlinkat($0, entry.name, AT_REMOVEDIR) }
                    }
                } else {
                    look(at: entry, inside, in: directory)
                }
            }
        }
    }

    private mutating func look(at entry: DirectoryListing.Entry, _ path: RootPath, in directory: RootDescriptor) {
        let status = entry.status
        if entry.name.hasPrefix(Placeholder.temporaryPrefix) {
            if isOlder(status, than: ages.settled) { recover(entry, path, in: directory) }
        } else if status.isPlaceholder {
            if isOlder(status, than: ages.placeholders) { remove(entry, in: directory) }
        } else if status.isNoted {
            if isOlder(status, than: ages.others) { remove(entry, in: directory) }
        } else if let candidate = finish.candidate(
            path, age: ages.settled.components.seconds, now: now, isLeftBehind: true)
        {
            add(candidate)
        } else if isOlder(status, than: ages.partial) {
            // The beginning of a picture is better than none; what has no last name was given up.
            if !PartialFiles.isPartial(name: entry.name), !path.names.contains(PartialFiles.rsyncDirectory),
                let candidate = finish.candidate(path, now: now, isLeftBehind: true, isWhole: false)
            {
                add(candidate)
            } else {
                remove(entry, in: directory)
            }
        }
    }

    /// What a crash left of putting a placeholder in place: the placeholder, the taken file, or a newer one.
    private mutating func recover(_ entry: DirectoryListing.Entry, _ path: RootPath, in directory: RootDescriptor) {
        let status = entry.status
        guard !status.isPlaceholder, status.links == 1, status.size > 0 else { return remove(entry, in: directory) }
        let name = "recovered-" + entry.name.dropFirst(Placeholder.temporaryPrefix.count)
        try? finish.root.rename(path, to: path.parent.appending(name), isReplacing: false)
    }

    private func isOlder(_ status: FileStatus, than age: Duration) -> Bool {
        now - max(status.changedSeconds, status.modifiedSeconds) > age.components.seconds
    }

    private mutating func remove(_ entry: DirectoryListing.Entry, in directory: RootDescriptor) {
        guard finish.uploads.beginTaking(entry.status.identity) else { return }
        if directory.use({ unlinkat($0, entry.name, 0) }) == 0 { report.removed += 1 }
        finish.uploads.endTaking(entry.status.identity)
    }

    private mutating func add(_ candidate: UploadFinish.Candidate) {
        guard (try? candidate.file.sync()) != nil else { return finish.uploads.endTaking(candidate.status.identity) }
        waiting.append(candidate)
        if waiting.count >= 32 { takeWhatWaits() }
    }

    mutating func takeWhatWaits() {
        for verdict in finish.take(waiting, startedAt: ContinuousClock().now) {
            if case .taken = verdict { report.taken += 1 }
        }
        waiting = []
    }
}
