/// Which system the box runs: what support asks first.
struct SystemCheck: BlockingDoctorCheck {
    let id = "system"
    let title = "system"

    func look(_ context: DoctorContext) -> [Finding] {
        let files = context.machine.files
        let release = files.assignments("/etc/os-release")["PRETTY_NAME"] ?? "unknown distribution"
        // ARM boards name themselves in the device tree, with a zero behind; PCs in the firmware's tables.
        let model =
            (files.word("/proc/device-tree/model") ?? files.word("/sys/class/dmi/id/product_name"))
            .map { $0.filter { $0 != "\0" } } ?? ""
        return [
            .ok(
                "\(context.machine.hostName): \(release), Linux \(context.machine.kernel)"
                    + (model.isEmpty ? "" : ", \(model)"))
        ]
    }
}
