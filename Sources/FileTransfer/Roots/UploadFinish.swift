import Domain
import Gateway
import Glibc
import Logging

/// What every way of uploading does with files that are whole.
///
///     whole ──▶ synced ──▶ desk: Media, then one transaction ──▶ placeholder
///                                                       └──▶ the client hears it
///
/// Invariant 1: the client hears "done" after the commit. Invariant 8: the file is synced before the desk sees it.
/// Killed at any arrow, the file is still there as it was, or is there as a picture, and the client, which heard
/// nothing, sends it again.
final class UploadFinish: Sendable {
    let device: DeviceID
    let address: String
    let `protocol`: SourceProtocol
    let root: DeviceRoot
    let uploads: OpenUploads
    let desk: any UploadDesk
    private let logger: Logger

    init(
        device: DeviceID, address: String, protocol: SourceProtocol, root: DeviceRoot, uploads: OpenUploads,
        desk: any UploadDesk, logger: Logger
    ) {
        self.device = device
        self.address = address
        self.protocol = `protocol`
        self.root = root
        self.uploads = uploads
        self.desk = desk
        self.logger = logger
    }

    /// A file that is to be taken; nobody opens it until it is.
    struct Candidate {
        let path: RootPath
        let directory: RootDescriptor
        let name: String
        let file: RootDescriptor
        let status: FileStatus
    }

    /// Looks at what has this path now, for programs that only say names.
    /// - Parameters:
    ///   - age: seconds since the file was last changed, at least.
    ///   - now: seconds since 1970.
    ///   - isLeftBehind: whether a crash between the taking and the placeholder may have left it.
    ///   - isWhole: false takes also what was cut off.
    /// - Returns: nil when there is nothing to take: no file, taken already, being written, empty or cut off.
    func candidate(
        _ path: RootPath, age: Int64 = 0, now: Int64 = 0, isLeftBehind: Bool = false, isWhole: Bool = true
    ) -> Candidate? {
        guard let name = path.last, !PartialFiles.isPartial(name: name),
            let directory = try? root.openDirectory(path.parent),
            let file = try? RootDescriptor.open(name, in: directory, flags: O_RDONLY),
            let status = try? file.status(), status.kind == .file, status.size > 0, !status.isPlaceholder,
            !status.isNoted, isLeftBehind || status.links == 1, age == 0 || now - status.changedSeconds >= age,
            !isWhole || PictureEnding.isThere(file, size: status.size), uploads.beginTaking(status.identity)
        else { return nil }
        return Candidate(path: path, directory: directory, name: name, file: file, status: status)
    }

    /// Takes files and puts placeholders in their places. The candidates are free again afterwards.
    /// - Returns: a verdict for each.
    func take(_ candidates: [Candidate], startedAt: ContinuousClock.Instant) -> [UploadVerdict] {
        defer { for candidate in candidates { uploads.endTaking(candidate.status.identity) } }
        guard !candidates.isEmpty else { return [] }
        let device = device
        let files = candidates.map { candidate in
            Upload(
                device: device, path: candidate.path.text, file: candidate.file, size: candidate.status.size,
                modifiedAt: Instant(seconds: candidate.status.modifiedSeconds)
                    + .microseconds(candidate.status.modifiedMicroseconds))
        }
        let peer = UploadPeer(device: device, address: address, protocol: `protocol`, startedAt: startedAt)
        let desk = desk
        let verdicts =
            if files.count == 1 {
                workingHere { await desk.take(files, from: peer) }
            } else {
                // Several are read and synced beside each other, by the threads that are kept for it.
                waiting { await desk.take(files, from: peer) } ?? []
            }
        for (candidate, verdict) in zip(candidates, verdicts) {
            switch verdict {
            case .taken: break
            case .stays, .refused:
                candidate.file.use { _ = fchmod($0, DeviceRoot.fileMode | S_ISUID) }
                continue
            case .notNow: continue
            }
            do throws(RootError) {
                _ = try Placeholder.replace(
                    candidate.status, named: candidate.name, in: candidate.directory, token: .random(in: 0 ... .max))
            } catch {
                // The picture is safe; the file only takes its name twice until the roots are cleaned.
                logger.warning("a taken file stays", metadata: ["device": "\(device)", "cause": "\(error.reason)"])
            }
        }
        return verdicts
    }
}
