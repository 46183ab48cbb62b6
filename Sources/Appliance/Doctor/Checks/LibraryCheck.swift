/// Which libraries of the system this program uses, and whether they are new enough.
struct LibraryCheck: BlockingDoctorCheck {
    let id = "libraries"
    let title = "libraries"

    var libraries: @Sendable () -> [Library] = { Library.all }

    func look(_ context: DoctorContext) -> [Finding] {
        let all = libraries()
        let old = all.filter { !$0.isNewEnough }
        let jpeg = jpegPackage(context.machine).map { ["libjpeg-turbo \($0)"] } ?? []
        let list = (all.map { "\($0.name) \($0.version)" } + jpeg).joined(separator: ", ")
        guard !old.isEmpty else {
            return [.ok(list, hint: all.compactMap(\.remark).first)]
        }
        return old.map { library in
            .failed(
                "\(library.name) \(library.version) is older than \(library.minimum ?? "")",
                "Debian 12, Ubuntu 22.04 and newer have it: sudo apt update && sudo apt full-upgrade")
        } + [.ok(list)]
    }

    /// This library does not tell its version itself.
    private func jpegPackage(_ machine: Machine) -> String? {
        let answer = machine.run("dpkg-query", ["-W", "-f", "${Version}\\n", "libturbojpeg0", "libturbojpeg"])
        return answer?.output.split(separator: "\n").first.map(String.init)
    }
}
