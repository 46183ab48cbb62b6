/// How worn the flash memory below the data directory is, as far as the kernel shows it.
struct FlashWearCheck: BlockingDoctorCheck {
    let id = "flash"
    let title = "flash wear"

    func look(_ context: DoctorContext) -> [Finding] {
        let machine = context.machine
        guard let place = DiskCheck.place(of: context.data.path, machine) else {
            return [.hidden("the place of \(context.data.path)")]
        }
        guard let mount = Mount.holding(place, machine.files) else { return [Self.noDisk] }
        let disks = Disk.below(mount, machine.files)
        return disks.isEmpty ? [Self.noDisk] : disks.map { finding($0, machine) }
    }

    private static let noDisk = Finding.unknown(
        "which disk holds the data is not shown", "look at 'lsblk' and ask the disk itself")

    private func finding(_ disk: Disk, _ machine: Machine) -> Finding {
        if disk.name.hasPrefix("mmcblk") {
            return machine.files.word(disk.folder + "/device/type") == "SD" ? card(disk) : embedded(disk, machine.files)
        }
        if disk.name.hasPrefix("vd") || disk.name.hasPrefix("xvd") {
            return .ok("\(disk.name) is a virtual disk; its host knows how the real one is")
        }
        let command = "sudo smartctl -a /dev/\(disk.name)"
        let isRotating = machine.files.number(disk.folder + "/queue/rotational") == 1
        return .unknown(
            "\(disk.name) tells its \(isRotating ? "health" : "wear") by SMART alone",
            machine.hasProgram("smartctl")
                ? "\(command) (Percentage Used, Wear_Leveling_Count, Reallocated_Sector_Ct)"
                : "sudo apt install smartmontools, then \(command)")
    }

    private func card(_ disk: Disk) -> Finding {
        .unknown(
            "\(disk.name) is an SD card, which does not tell how worn it is",
            "use a card made for recording (high endurance), replace it every two years, and keep copies of backups/ "
                + "elsewhere; an eMMC or SSD lasts longer")
    }

    /// Two estimates, for the fast and the slow part of the memory, in steps of ten percent (JEDEC JESD84-B50,
    /// DEVICE_LIFE_TIME_EST_TYP_A and _B): 1 is 0 to 10 % used, 10 is 90 to 100 %, 11 is more than it was made for. Beside
    /// them how many spare blocks are gone (PRE_EOL_INFO): 1 few, 2 80 %, 3 90 %.
    private func embedded(_ disk: Disk, _ files: SystemFiles) -> Finding {
        let folder = disk.folder + "/device"
        let steps = (files.word(folder + "/life_time") ?? "").split(separator: " ").compactMap { Self.number($0) }
        let spares = files.word(folder + "/pre_eol_info").flatMap { Self.number($0[...]) } ?? 0
        guard let step = steps.max(), (1...11).contains(step) else {
            return .unknown(
                "\(disk.name) is an eMMC that does not tell how worn it is", "keep copies of backups/ elsewhere")
        }
        let used = step == 11 ? "has more behind it than it was made for" : "\((step - 1) * 10) to \(step * 10) % used"
        let text = "\(disk.name) is an eMMC, \(used)" + (spares > 1 ? ", few spare blocks are left" : "")
        if step == 11 || spares == 3 {
            return .failed(text, "replace the box or its eMMC now; make a backup first: sudo lpr-appliance backup")
        }
        if step >= 9 || spares == 2 {
            return .warning(text, "plan its replacement, and keep copies of backups/ elsewhere")
        }
        return .ok(text)
    }

    /// `0x0b`.
    private static func number(_ text: Substring) -> Int? {
        text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    }
}
