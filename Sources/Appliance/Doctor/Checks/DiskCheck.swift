import Domain

/// Whether the disk has room, and is of a kind that keeps what was acknowledged.
struct DiskCheck: BlockingDoctorCheck {
    let id = "disk"
    let title = "disk"

    /// Of the files that a file system can hold, percent that have to be left.
    private static let fewFilesPercent: Int64 = 5

    func look(_ context: DoctorContext) -> [Finding] {
        let machine = context.machine
        guard let place = Self.place(of: context.data.path, machine) else {
            return [.hidden("the place of \(context.data.path)")]
        }
        guard let use = machine.fileSystem(place) else {
            return [.unknown("the free space of \(place) cannot be read", "look at 'df -h \(place)'")]
        }
        var findings: [Finding] = []
        if use.isReadOnly {
            findings.append(
                .failed(
                    "the file system is read-only",
                    "it was mounted so, or the kernel protects it after an error of the disk: look at 'sudo dmesg', then "
                        + "restart the box"))
        }
        findings += space(use, context.configuration.storage) + files(use)
        if let mount = Mount.holding(place, machine.files) {
            findings += FileSystemKind(mount, machine.files).findings
        } else {
            findings.append(.unknown("the kind of the file system is not known", "look at 'findmnt -T \(place)'"))
        }
        return findings
    }

    /// The data directory without links, or the directory above it where it is going to be.
    static func place(of path: String, _ machine: Machine) -> String? {
        // The paths of `Machine.files` begin at another root in tests; this one is real.
        let files = SystemFiles()
        var path = path
        while true {
            if let place = files.resolved(path) { return place }
            guard FileStatus.absence(of: path) == .missing, !path.isEmpty, path != "/" else { return nil }
            let slash = path.lastIndex(of: "/")
            path = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        }
    }

    private func space(_ use: FileSystemUse, _ storage: StorageSettings) -> [Finding] {
        let free = "\(StorageText.size(use.available)) of \(StorageText.size(use.total)) are free"
        let reserve = Int64(storage.minFree.bytes)
        // The same marks as the appliance has.
        if use.available < reserve {
            return [
                .failed(
                    "\(free): below storage.min_free (\(storage.minFree)), new events are refused",
                    "delete what is not the appliance's, or take a larger disk; 'lpr-appliance storage' shows its part")
            ]
        }
        if use.available / 2 < reserve {
            return [
                .warning(
                    "\(free), storage.min_free is \(storage.minFree)",
                    "make room soon; 'lpr-appliance storage' shows what the appliance uses")
            ]
        }
        if case .size(let quota) = storage.quota, Int64(quota.bytes) > use.total - reserve {
            return [
                .warning(
                    "\(free), but storage.quota (\(quota)) is more than the disk has",
                    "set storage.quota to a share such as \"80%\", or to less than the disk has")
            ]
        }
        if case .none = storage.quota {
            return [
                .ok(free, hint: "storage.quota is 0: no old pictures are deleted, and the disk fills up in the end")
            ]
        }
        return [.ok("\(free), storage.quota is \(storage.quota)")]
    }

    private func files(_ use: FileSystemUse) -> [Finding] {
        guard use.files > 0, use.filesAvailable * 100 / use.files < Self.fewFilesPercent else { return [] }
        return [
            .failed(
                "the file system can hold only \(use.filesAvailable) more files (inodes)",
                "delete small files that are not needed, or make the file system anew with more inodes (mkfs.ext4 -T "
                    + "small)")
        ]
    }
}
