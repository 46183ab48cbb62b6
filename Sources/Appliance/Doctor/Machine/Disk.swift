/// A disk below a file system, as `/sys` shows it.
struct Disk: Sendable, Hashable {
    /// Such as `mmcblk0`.
    let name: String
    /// Its directory below `/sys/devices`.
    let folder: String

    /// Of encrypted and logical volumes no more layers are looked through.
    private static let layerLimit = 4

    /// The disks that hold a mounted file system; none where there is no block device, or `/sys` does not show it.
    static func below(_ mount: Mount, _ files: SystemFiles) -> [Disk] {
        disks(of: folder(of: mount, files), files, layersLeft: layerLimit)
    }

    /// The disks behind a device file, such as `/dev/mmcblk0p2`.
    static func behind(_ device: String, _ files: SystemFiles) -> [Disk] {
        disks(of: folder(of: device, files), files, layersLeft: layerLimit)
    }

    private static func folder(of mount: Mount, _ files: SystemFiles) -> String? {
        if !mount.device.hasPrefix("0:") { return files.resolved("/sys/dev/block/\(mount.device)") }
        // Some kinds, such as btrfs, have a number of their own and name the device all the same.
        return folder(of: mount.source, files)
    }

    private static func folder(of device: String, _ files: SystemFiles) -> String? {
        guard device.hasPrefix("/dev/") else { return nil }
        let name = (files.resolved(device) ?? device).split(separator: "/").last ?? ""
        return files.resolved("/sys/class/block/\(name)")
    }

    private static func disks(of folder: String?, _ files: SystemFiles, layersLeft: Int) -> [Disk] {
        guard let folder, layersLeft > 0 else { return [] }
        let lower = files.names(in: folder + "/slaves")
        if !lower.isEmpty {
            return lower.flatMap {
                disks(of: files.resolved("\(folder)/slaves/\($0)"), files, layersLeft: layersLeft - 1)
            }
        }
        if let file = files.word(folder + "/loop/backing_file"), let mount = Mount.holding(file, files) {
            return disks(of: Self.folder(of: mount, files), files, layersLeft: layersLeft - 1)
        }
        var parts = folder.split(separator: "/")
        if files.exists(folder + "/partition") { parts.removeLast() }
        guard let name = parts.last else { return [] }
        return [Disk(name: String(name), folder: "/" + parts.joined(separator: "/"))]
    }
}
