import Glibc

extension SFTPSession {
    func status(of handle: UnsafeRawBufferPointer) throws(RootError) -> FileStatus {
        switch handles[handle] {
        case .upload(let upload): try upload.file.status()
        case .file(let file): try file.status()
        case .taken(_, let status): status
        case .directory(_, let directory): try directory.status()
        case nil: throw .badHandle
        }
    }

    func set(_ attributes: SFTPAttributes, ofHandle handle: UnsafeRawBufferPointer) throws(RootError) {
        switch handles[handle] {
        case .upload(let upload):
            guard finish.uploads.isCurrent(upload.ticket) else {
                throw RootError(.failure, "a newer connection of this device writes the file now")
            }
            if let size = attributes.size {
                try truncate(upload.file, to: size)
                upload.isChanged = true
            }
            if let times = Self.times(attributes), upload.file.use({ futimens($0, times) }) != 0 {
                throw RootError(errorNumber: errno, doing: "set the time")
            }
        case .file, .taken, .directory: throw RootError(.permissionDenied, "the file was opened to read it")
        case nil: throw .badHandle
        }
    }

    /// Sets size and times. Owner and permissions are the box's own: asking for them is no error and changes nothing.
    func set(_ attributes: SFTPAttributes, of path: RootPath) throws(RootError) {
        if let size = attributes.size {
            let file = try root.openForWriting(path, DeviceRoot.Writing())
            guard let ticket = finish.uploads.open(try file.status().identity) else {
                throw RootError(.failure, "the file is just being taken; try again")
            }
            defer { finish.uploads.close(ticket) }
            try truncate(file, to: size)
        }
        guard let times = Self.times(attributes) else {
            _ = try root.status(of: path)
            return
        }
        let (directory, name) = try root.parent(of: path)
        guard directory.use({ utimensat($0, name, times, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw RootError(errorNumber: errno, doing: "set the time")
        }
    }

    private func truncate(_ file: RootDescriptor, to size: UInt64) throws(RootError) {
        guard size <= 1 << 36, file.use({ ftruncate($0, off_t(size)) }) == 0 else {
            throw RootError(errorNumber: size <= 1 << 36 ? errno : EFBIG, doing: "set the size")
        }
    }

    private static func times(_ attributes: SFTPAttributes) -> [timespec]? {
        attributes.times.map {
            [timespec(tv_sec: Int($0.accessed), tv_nsec: 0), timespec(tv_sec: Int($0.modified), tv_nsec: 0)]
        }
    }
}
