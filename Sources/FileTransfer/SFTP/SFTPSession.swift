import Domain
import Glibc

/// One client of the SFTP subsystem, version 3. It sees its device's root and nothing else.
///
/// Bytes in, bytes out: the channel is not its affair, so that all of it can be tested without one. Requests are answered
/// one after the other, in their order; what waits to go out bounds what is taken in (invariant 5).
final class SFTPSession: ChannelProgram {
    /// Bytes of one answer to a read.
    static let readLimit = 128 * 1_024
    /// Bytes of one write, as the client is told.
    static let writeLimit = 128 * 1_024

    let finish: UploadFinish
    var root: DeviceRoot { finish.root }
    var handles = SFTPHandles()
    private var framing = SFTPFraming()
    var answers = SSHWriter()
    private var isInitialized = false
    private(set) var exitStatus: Int32?

    init(_ finish: UploadFinish) {
        self.finish = finish
    }

    func receive(_ bytes: UnsafeRawBufferPointer, _ output: inout ChannelOutput) throws -> Int {
        var room = ChannelOutput.limit - output.count
        guard room > 0 else { return 0 }
        defer { output.append(answers.take()) }
        return try framing.add(bytes) { (packet) throws(SFTPFault) in
            let before = answers.count
            try answer(packet)
            room -= answers.count - before
            return room > 0
        }
    }

    func receiveEnd(_ output: inout ChannelOutput) { exitStatus = 0 }

    func work(_ output: inout ChannelOutput) {}

    /// What was being written stays, to be resumed.
    func stop() {
        for case .upload(let upload) in handles.removeAll() { finish.uploads.close(upload.ticket) }
    }

    private func answer(_ packet: UnsafeRawBufferPointer) throws(SFTPFault) {
        let (id, request) = try SFTPRequest.read(packet)
        if case .initialize = request {
            guard !isInitialized else { throw .initializedTwice }
            isInitialized = true
            answerVersion()
            return
        }
        guard isInitialized else { throw .notInitialized }
        do throws(RootError) {
            try perform(request, id)
        } catch {
            answers.status(id, SFTPStatus(error.kind), error.reason)
        }
    }

    private func answerVersion() {
        answers.begin(SFTPNumber.Answer.version)
        answers.uint32(SFTPNumber.version)
        for known in SFTPExtension.allCases {
            answers.string(known.rawValue.utf8)
            answers.string(known.version.utf8)
        }
        answers.end()
    }

    private func perform(_ request: SFTPRequest, _ id: UInt32) throws(RootError) {
        switch request {
        case .initialize: break
        case .open(let path, let flags, let attributes):
            answer(id, handle: try open(try RootPath(path), flags, attributes))
        case .close(let handle):
            try close(handle)
            answers.status(id, .ok)
        case .read(let handle, let offset, let length): try read(id, handle, offset, length)
        case .write(let handle, let offset, let data):
            try write(handle, offset, data)
            answers.status(id, .ok)
        case .status(let path): answer(id, try root.status(of: try RootPath(path)))
        case .handleStatus(let handle): answer(id, try status(of: handle))
        case .setStatus(let path, let attributes):
            try set(attributes, of: try RootPath(path))
            answers.status(id, .ok)
        case .setHandleStatus(let handle, let attributes):
            try set(attributes, ofHandle: handle)
            answers.status(id, .ok)
        case .openDirectory(let path):
            let directory = try root.openDirectory(try RootPath(path))
            answer(id, handle: try handles.add(.directory(try DirectoryListing(directory), directory)))
        case .readDirectory(let handle): try readDirectory(id, handle)
        case .remove(let path):
            try root.removeFile(try RootPath(path))
            answers.status(id, .ok)
        case .makeDirectory(let path):
            try root.makeDirectory(try RootPath(path))
            answers.status(id, .ok)
        case .removeDirectory(let path):
            try root.removeDirectory(try RootPath(path))
            answers.status(id, .ok)
        case .realPath(let path): answer(id, name: try RootPath(path).absolute)
        case .rename(let old, let new, let isReplacing):
            try rename(try RootPath(old), to: try RootPath(new), isReplacing: isReplacing)
            answers.status(id, .ok)
        case .link: throw .noLinks
        case .sync(let handle):
            try sync(handle)
            answers.status(id, .ok)
        case .fileSystemStatus: answerSpace(id)
        case .limits: answerLimits(id)
        case .unknown: throw RootError(.unsupported, "this box does not know that request")
        }
    }
}

extension RootError {
    static let badHandle = RootError(.failure, "no such handle")
}

extension SFTPStatus {
    init(_ kind: RootError.Kind) {
        self =
            switch kind {
            case .noSuchFile: .noSuchFile
            case .permissionDenied: .permissionDenied
            case .unsupported: .unsupported
            case .exists, .noSpace, .failure: .failure
            }
    }
}
