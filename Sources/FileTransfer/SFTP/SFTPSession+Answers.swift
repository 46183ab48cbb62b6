import Domain

/// The answers that are more than a status.
extension SFTPSession {
    func answer(_ id: UInt32, handle: UInt32) {
        answers.begin(SFTPNumber.Answer.handle)
        answers.uint32(id)
        answers.uint32(4)
        answers.uint32(handle)
        answers.end()
    }

    func answer(_ id: UInt32, _ status: FileStatus) {
        answers.begin(SFTPNumber.Answer.attributes)
        answers.uint32(id)
        answers.attributes(status)
        answers.end()
    }

    func answer(_ id: UInt32, name: String) {
        answers.begin(SFTPNumber.Answer.name)
        answers.uint32(id)
        answers.uint32(1)
        answers.string(name.utf8)
        answers.string(name.utf8)
        answers.uint32(0)
        answers.end()
    }

    func read(
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

    func readDirectory(_ id: UInt32, _ handle: UnsafeRawBufferPointer) throws(RootError) {
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
    func answerSpace(_ id: UInt32) {
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

    func answerLimits(_ id: UInt32) {
        answers.begin(SFTPNumber.Answer.extended)
        answers.uint32(id)
        answers.uint64(UInt64(SFTPFraming.packetLimit))
        answers.uint64(UInt64(Self.readLimit))
        answers.uint64(UInt64(Self.writeLimit))
        answers.uint64(UInt64(SFTPHandles.limit))
        answers.end()
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
