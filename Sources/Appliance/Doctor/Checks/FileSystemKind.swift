/// What a file system promises about what was written to it, by its kind and its options.
struct FileSystemKind {
    private let mount: Mount
    private let files: SystemFiles

    private static let suitable: Set<String> = ["ext4", "ext3", "xfs", "btrfs", "f2fs", "zfs", "bcachefs"]
    private static let foreign: Set<String> = [
        "vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "hfs", "hfsplus", "udf",
    ]
    private static let network: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "afs", "ceph", "glusterfs", "fuse.glusterfs",
        "fuse.sshfs",
    ]
    private static let memory: Set<String> = ["tmpfs", "ramfs", "rootfs"]

    init(_ mount: Mount, _ files: SystemFiles) {
        self.mount = mount
        self.files = files
    }

    var findings: [Finding] {
        let name = "\(mount.kind) on \(mount.source)"
        if mount.kind == "overlay" { return [overlay] }
        if Self.memory.contains(mount.kind) {
            return [
                .failed(
                    "\(name): it is in memory, everything is lost when the box restarts",
                    "put the data directory on a disk with ext4")
            ]
        }
        if Self.foreign.contains(mount.kind) {
            return [
                .failed(
                    "\(name) is not suitable: it knows no owners and modes, so that keys would not be private, and after a "
                        + "power cut files may be broken",
                    "format the disk with ext4 (sudo mkfs.ext4, which erases what is on it)")
            ]
        }
        if Self.network.contains(mount.kind) {
            return [
                .failed(
                    "\(name) is not suitable: locks and syncs over a network do not keep a database safe",
                    "put the data directory on a disk of the box; copy backups/ to the network instead")
            ]
        }
        if mount.kind == "ext2" {
            return [
                .warning(
                    "\(name): without a journal a power cut may damage all of it", "sudo tune2fs -j \(mount.source)")
            ]
        }
        guard Self.suitable.contains(mount.kind) else {
            return [.unknown("\(name) was never tried with the appliance", "ext4 is the safe choice")]
        }
        guard unsafe.isEmpty else { return unsafe }
        let options = mount.options.enumerated().filter { mount.options.firstIndex(of: $1) == $0 }.map(\.element)
        return [.ok("\(name) (\(options.joined(separator: ",")))")]
    }

    /// What a read-only system is made of: changes go to an upper layer, which often is in memory.
    private var overlay: Finding {
        if let upper = mount.value(of: "upperdir"), let below = Mount.holding(upper, files),
            Self.memory.contains(below.kind)
        {
            return .failed(
                "overlay with its changes in memory: everything is lost when the box restarts",
                "switch the read-only mode of the system off (on a Raspberry Pi: sudo raspi-config), or put the data "
                    + "directory on a partition of its own")
        }
        return .warning(
            "overlay: what is written may be lost when the box restarts, or the container is made anew",
            "put the data directory on a partition or a volume of its own")
    }

    /// Options that take back what a sync promises.
    private var unsafe: [Finding] {
        let names = ["nobarrier", "barrier=0", "fsync_mode=nobarrier"]
        return mount.options.filter { names.contains($0) }.map { option in
            .failed(
                "\(mount.kind) is mounted with '\(option)': a power cut may take what was acknowledged",
                "take '\(option)' out of /etc/fstab and restart the box")
        }
    }
}
