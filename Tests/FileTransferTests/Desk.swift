import Domain
import FileTransfer
import Glibc
import Logging
import Synchronization
import TestSupport
import Testing

@testable import FileTransfer

/// A desk that keeps the bytes of what it takes.
final class Desk: UploadDesk {
    struct Taken: Equatable, CustomStringConvertible {
        var description: String { "\(device) \(path) \(bytes.count) bytes" }

        let device: String
        let path: String
        let bytes: [UInt8]
    }

    private struct State {
        var taken: [Taken] = []
        var verdict: UploadVerdict?
        var isFull = false
        var meanwhile: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var taken: [Taken] { state.withLock { $0.taken } }

    /// What it answers instead of taking.
    func answer(_ verdict: UploadVerdict?) { state.withLock { $0.verdict = verdict } }

    func becomeFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    /// Done while the next file is being taken.
    func meanwhile(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.meanwhile = body } }

    func take(_ uploads: [Upload], from peer: UploadPeer) async -> [UploadVerdict] {
        let body = state.withLock { state in
            defer { state.meanwhile = nil }
            return state.meanwhile
        }
        body?()
        return uploads.map { upload in
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(upload.size)) { buffer, filled in
                filled = max(0, upload.file.use { pread($0, buffer.baseAddress, buffer.count, 0) })
            }
            return state.withLock { state in
                if let verdict = state.verdict { return verdict }
                state.taken.append(Taken(device: upload.device.text, path: upload.path, bytes: bytes))
                return upload.path.hasSuffix(".txt") ? .stays : .taken
            }
        }
    }

    func takenFile(device: DeviceID, path: String) async throws -> TakenFile? {
        guard let taken = taken.last(where: { $0.path == path && $0.device == device.text }) else { return nil }
        return TakenFile(size: taken.bytes.count) { Array(taken.bytes[$0]) }
    }

    var refusesPictures: Bool { state.withLock { $0.isFull } }
    var space: (total: Int64, available: Int64)? { (1 << 30, 1 << 29) }
}

/// A directory of roots, and clients of them without a network.
struct Harbour {
    let folder: ScratchFolder
    let desk = Desk()
    let uploads = OpenUploads()

    init() throws {
        folder = try ScratchFolder()
    }

    func path(_ device: String, _ path: String) -> String { "\(folder.path)/\(device)/\(path)" }

    func finish(_ device: String = "gate-1") throws -> UploadFinish {
        UploadFinish(
            device: try #require(DeviceID(device)), address: "127.0.0.1", protocol: .sftp,
            root: try DeviceRoot(below: folder.path, name: device), uploads: uploads, desk: desk,
            logger: Logger(label: "test"))
    }

    func client(_ device: String = "gate-1") async throws -> SFTPClient {
        let client = SFTPClient(SFTPSession(try finish(device)), self)
        await client.send(SFTPNumber.Request.initialize) { $0.uint32(3) }
        return client
    }
}

/// A JPEG as far as anybody here looks.
func picture(_ length: Int, fill: UInt8 = 7) -> [UInt8] {
    [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: fill, count: length - 6) + [0xFF, 0xD9]
}
