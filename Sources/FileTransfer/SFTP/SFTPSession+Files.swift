import CLinuxCalls
import Gateway
import Glibc

extension SFTPSession {
    /// Bytes of the largest file; a hole at the end of the number range would otherwise cost hours to look through.
    private static let fileLimit: UInt64 = 1 << 36
    /// After so many bytes the disk is told to begin with them, so that little is left to wait for at the end.
    private static let writeBehind: Int64 = 4 * 1_024 * 1_024

    func open(_ path: RootPath, _ flags: SFTPOpenFlags, _ attributes: SFTPAttributes) throws(RootError) -> UInt32 {
        guard !flags.isDisjoint(with: [.write, .append]) else { return try openForReading(path) }
        guard !finish.desk.refusesPictures else { throw .noSpace }
        let writing = DeviceRoot.Writing(
            isCreating: flags.contains(.create), isExclusive: flags.contains(.exclusive),
            isTruncating: flags.contains(.truncate))
        let file = try root.openForWriting(path, writing)
        guard let ticket = finish.uploads.open(try file.status().identity) else {
            throw RootError(.failure, "the file is just being taken; try again")
        }
        let upload = SFTPUpload(
            path: path, file: file, ticket: ticket, isAppending: flags.contains(.append),
            isReadable: flags.contains(.read), isChanged: !flags.isDisjoint(with: [.create, .truncate]),
            startedAt: ContinuousClock().now)
        do throws(RootError) {
            return try handles.add(.upload(upload))
        } catch {
            finish.uploads.close(ticket)
            throw error
        }
    }

    private func openForReading(_ path: RootPath) throws(RootError) -> UInt32 {
        let file = try root.openForReading(path)
        let status = try file.status()
        guard status.isPlaceholder else { return try handles.add(.file(file)) }
        let (desk, device, text) = (finish.desk, finish.device, path.text)
        guard let taken = workingHere(for: { try? await desk.takenFile(device: device, path: text) }) else {
            throw RootError(.noSuchFile, "the picture was taken, and is not kept any more")
        }
        return try handles.add(.taken(taken, status))
    }

    func write(
        _ handle: UnsafeRawBufferPointer, _ offset: UInt64, _ data: UnsafeRawBufferPointer
    ) throws(RootError) {
        guard case .upload(let upload)? = handles[handle] else { throw .badHandle }
        guard finish.uploads.isCurrent(upload.ticket) else {
            throw RootError(.failure, "a newer connection of this device writes the file now")
        }
        var position = upload.isAppending ? UInt64(max(0, try upload.file.status().size)) : offset
        let (end, overflows) = position.addingReportingOverflow(UInt64(data.count))
        guard !overflows, end <= Self.fileLimit else { throw RootError(.failure, "the file is too large") }
        var rest = data[...]
        while !rest.isEmpty {
            let bytes = UnsafeRawBufferPointer(rebasing: rest)
            let written = upload.file.use { raw in
                retrying { pwrite(raw, bytes.baseAddress, bytes.count, off_t(position)) }
            }
            guard written > 0 else { throw RootError(errorNumber: written < 0 ? errno : EIO, doing: "write") }
            rest = rest.dropFirst(written)
            position += UInt64(written)
        }
        upload.isChanged = true
        upload.unsynced += Int64(data.count)
        if upload.unsynced >= Self.writeBehind {
            upload.unsynced = 0
            guard !finish.desk.refusesPictures else { throw .noSpace }
            upload.file.use { _ = lpr_begin_writing($0) }
        }
    }

    /// At most `count` bytes; none at the end of the file.
    func bytes(
        of handle: UnsafeRawBufferPointer, from offset: UInt64, count: Int
    ) throws(RootError) -> [UInt8] {
        guard offset <= Self.fileLimit else { return [] }
        let file: RootDescriptor
        switch handles[handle] {
        case .file(let open): file = open
        case .upload(let upload) where upload.isReadable: file = upload.file
        case .upload: throw RootError(.permissionDenied, "the file was opened to write it")
        case .taken(let taken, _):
            let range = (Int(offset)..<Int(offset) + count).clamped(to: 0..<taken.size)
            guard !range.isEmpty else { return [] }
            guard let bytes = workingHere(for: { try? await taken.read(range) }) else {
                throw RootError(.failure, "the picture cannot be read")
            }
            return bytes
        case .directory, nil: throw .badHandle
        }
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            result = file.use { raw in retrying { pread(raw, buffer.baseAddress, count, off_t(offset)) } }
            filled = max(0, result)
        }
        guard result >= 0 else { throw RootError(errorNumber: errno, doing: "read") }
        return bytes
    }

    /// Ends a handle. After writing, "ok" means that the file is on disk, taken and joined (invariant 1).
    func close(_ handle: UnsafeRawBufferPointer) throws(RootError) {
        guard let item = handles.remove(handle) else { throw .badHandle }
        guard case .upload(let upload) = item else { return }
        guard finish.uploads.isCurrent(upload.ticket) else {
            throw RootError(.failure, "a newer connection of this device writes the file now")
        }
        guard upload.isChanged else { return finish.uploads.close(upload.ticket) }
        try finish(upload)
    }

    private func finish(_ upload: SFTPUpload) throws(RootError) {
        let status: FileStatus
        let (directory, name): (RootDescriptor, String)
        do throws(RootError) {
            try upload.file.sync()
            status = try upload.file.status()
            (directory, name) = try root.parent(of: upload.path)
        } catch {
            finish.uploads.close(upload.ticket)
            throw error
        }
        guard finish.uploads.beginTaking(upload.ticket) else {
            throw RootError(.failure, "a newer connection of this device writes the file now")
        }
        guard status.size > 0, !PartialFiles.isPartial(name: name),
            PictureEnding.isThere(upload.file, size: status.size)
        else {
            finish.uploads.endTaking(status.identity)
            return try directory.sync()
        }
        let candidate = UploadFinish.Candidate(
            path: upload.path, directory: directory, name: name, file: upload.file, status: status)
        try heed(finish.take([candidate], startedAt: upload.startedAt).first, in: directory)
    }

    /// - Parameter directory: where the file stays when it does.
    private func heed(_ verdict: UploadVerdict?, in directory: RootDescriptor) throws(RootError) {
        switch verdict {
        case .taken: break
        case .stays: try directory.sync()
        case .refused(let reason), .notNow(let reason): throw RootError(.failure, reason)
        case nil: throw RootError(.failure, "the box is stopping; send the file again")
        }
    }

    func sync(_ handle: UnsafeRawBufferPointer) throws(RootError) {
        switch handles[handle] {
        case .upload(let upload): try upload.file.sync()
        case .file, .taken: break
        case .directory, nil: throw .badHandle
        }
    }

    /// Renames. Programs that upload under a name for unfinished files finish so: then the file is taken.
    func rename(_ old: RootPath, to new: RootPath, isReplacing: Bool) throws(RootError) {
        try root.rename(old, to: new, isReplacing: isReplacing)
        for upload in handles.uploads where upload.path == old { upload.path = new }
        guard let candidate = finish.candidate(new) else { return try root.openDirectory(new.parent).sync() }
        do throws(RootError) {
            try candidate.file.sync()
        } catch {
            finish.uploads.endTaking(candidate.status.identity)
            throw error
        }
        try heed(finish.take([candidate], startedAt: ContinuousClock().now).first, in: candidate.directory)
    }
}
