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
    private var answers = SSHWriter()
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

extension SFTPSession {
    private func answer(_ id: UInt32, handle: UInt32) {
        answers.begin(SFTPNumber.Answer.handle)
        answers.uint32(id)
        answers.uint32(4)
        answers.uint32(handle)
        answers.end()
    }

    private func answer(_ id: UInt32, _ status: FileStatus) {
        answers.begin(SFTPNumber.Answer.attributes)
        answers.uint32(id)
        answers.attributes(status)
        answers.end()
    }

    private func answer(_ id: UInt32, name: String) {
        answers.begin(SFTPNumber.Answer.name)
        answers.uint32(id)
        answers.uint32(1)
        answers.string(name.utf8)
        answers.string(name.utf8)
        answers.uint32(0)
        answers.end()
    }

    private func read(
        _ id: UInt32, _ handle: UnsafeRawBufferPointer, _ offset: UInt64, _ length: UInt32
    ) throws(RootError) {
        let bytes = try bytes(of: handle, from: offset, count: min(Int(length), Self.readLimit))
        guard !bytes.isEmpty else {
            answers.status(id, .endOfFile)
            return
        }
        answers.begin(SFTPNumber.Answer.data)
        answers.uint32(id)
        answers.string(bytes)
        answers.end()
    }

    private func readDirectory(_ id: UInt32, _ handle: UnsafeRawBufferPointer) throws(RootError) {
        guard case .directory(let listing, _)? = handles[handle] else { throw .badHandle }
        let entries = listing.next(64)
        guard !entries.isEmpty else {
            answers.status(id, .endOfFile)
            return
        }
        answers.begin(SFTPNumber.Answer.name)
        answers.uint32(id)
        answers.uint32(UInt32(entries.count))
        for entry in entries {
            answers.string(entry.name.utf8)
            answers.string(LongName.text(entry).utf8)
            answers.attributes(entry.status)
        }
        answers.end()
    }

    /// What a sender of pictures may still use of the box, not what its disk has.
    private func answerSpace(_ id: UInt32) {
        let block: Int64 = 4_096
        let space = finish.desk.space ?? (total: 0, available: 0)
        answers.begin(SFTPNumber.Answer.extended)
        answers.uint32(id)
        answers.uint64(UInt64(block))
        answers.uint64(UInt64(block))
        answers.uint64(UInt64(max(0, space.total) / block))
        answers.uint64(UInt64(max(0, space.available) / block))
        answers.uint64(UInt64(max(0, space.available) / block))
        for _ in 0..<3 { answers.uint64(1_000_000) }
        answers.uint64(0)
        // Files cannot be executed as another user.
        answers.uint64(2)
        answers.uint64(UInt64(RootPath.nameLimit))
        answers.end()
    }

    private func answerLimits(_ id: UInt32) {
        answers.begin(SFTPNumber.Answer.extended)
        answers.uint32(id)
        answers.uint64(UInt64(SFTPFraming.packetLimit))
        answers.uint64(UInt64(Self.readLimit))
        answers.uint64(UInt64(Self.writeLimit))
        answers.uint64(UInt64(SFTPHandles.limit))
        answers.end()
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

/// A line as `ls -l` has it; some clients show it as it is.
private enum LongName {
    static func text(_ entry: DirectoryListing.Entry) -> String {
        let kind = entry.status.kind == .directory ? "drwxr-xr-x" : "-rw-r--r--"
        let date = CivilDate(Instant(seconds: entry.status.modifiedSeconds))
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months.indices.contains(date.month - 1) ? months[date.month - 1] : "Jan"
        return "\(kind)    1 lpr      lpr      \(entry.status.size) \(month) \(date.day)  \(date.year) \(entry.name)"
    }
}
