import Monitoring

/// Whether memory is enough, and whether it was.
struct MemoryCheck: BlockingDoctorCheck {
    let id = "memory"
    let title = "memory"

    private static let littleTotal: Int64 = 512 << 20
    private static let littleAvailable: Int64 = 64 << 20

    func look(_ context: DoctorContext) -> [Finding] {
        let files = context.machine.files
        let reading = SystemReading.now(proc: files.root + "/proc")
        guard let total = reading.memoryTotalBytes, let available = reading.memoryAvailableBytes else {
            return [.unknown("the kernel does not tell", "look at 'free -m'")]
        }
        var findings = [amount(total, available)]
        if let kills = files.words(after: "oom_kill ", in: "/proc/vmstat").first.flatMap({ Int($0) }), kills > 0 {
            findings.append(
                .warning(
                    "since the start of the box \(kills) programs were ended for want of memory",
                    "which: sudo dmesg | grep -i 'killed process'; take programs off the box that are not needed"))
        }
        return findings + swap(files)
    }

    private func amount(_ total: Int64, _ available: Int64) -> Finding {
        let text = "\(total >> 20) MiB, \(available >> 20) MiB available"
        if available < max(Self.littleAvailable, total / 20) {
            return .warning(text, "see what takes it: 'ps aux --sort=-rss | head'")
        }
        if total < Self.littleTotal {
            return .warning(
                text, "the appliance itself runs in it; leave broker and database to other machines")
        }
        return .ok(text)
    }

    /// Swapping wears an SD card out within months.
    private func swap(_ files: SystemFiles) -> [Finding] {
        let lines = files.text("/proc/swaps")?.split(separator: "\n").dropFirst() ?? []
        return lines.compactMap { line -> Finding? in
            guard let path = line.split(whereSeparator: \.isWhitespace).first.map(String.init),
                let disk = disk(of: path, files), disk.name.hasPrefix("mmcblk"),
                files.word(disk.folder + "/device/type") == "SD"
            else { return nil }
            return .warning(
                "memory is swapped to an SD card (\(path)), which wears it out",
                "sudo swapoff \(path) and take it out of /etc/fstab; zram-tools swaps into compressed memory instead")
        }
    }

    /// The disk of a partition or of a file that is swapped to.
    private func disk(of path: String, _ files: SystemFiles) -> Disk? {
        if path.hasPrefix("/dev/") { return Disk.behind(path, files).first }
        return Mount.holding(path, files).flatMap { Disk.below($0, files).first }
    }
}
