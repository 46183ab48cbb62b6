/// Whether cameras can send by rsync. It runs only where the kernel can confine it; SFTP works everywhere.
struct RsyncCheck: BlockingDoctorCheck {
    let id = "rsync"
    let title = "rsync"

    func look(_ context: DoctorContext) -> [Finding] {
        guard !context.configuration.ssh.listen.isEmpty else {
            return [.ok("not needed: SFTP and rsync are off (ssh.listen)")]
        }
        let machine = context.machine
        return [confinement(machine), program(machine)]
    }

    private func confinement(_ machine: Machine) -> Finding {
        let version = machine.landlockVersion()
        guard version == 0 else { return .ok("the kernel can confine it (Landlock \(version))") }
        // Kernels have it from 5.13 on, when it is built in and named in the list of security modules.
        let modules = machine.files.word("/sys/kernel/security/lsm")
        let isLeftOut = modules.map { !$0.split(separator: ",").contains("landlock") } ?? false
        return .warning(
            "rsync is off: the kernel cannot confine it (no Landlock); SFTP works",
            isLeftOut
                ? "Landlock is not among the kernel's security modules: add it to lsm= of the kernel's command line, or use "
                    + "SFTP"
                : "a kernel from Linux 5.13 on with Landlock is needed (this is \(machine.kernel)); else use SFTP")
    }

    private func program(_ machine: Machine) -> Finding {
        guard let answer = machine.run("rsync", ["--version"]), answer.exitStatus == 0 else {
            return .warning("rsync is not installed: cameras can send by SFTP alone", "sudo apt install rsync")
        }
        // rsync  version 3.2.7  protocol version 31
        let words = answer.output.split(separator: "\n").first?.split(separator: " ") ?? []
        return .ok("rsync \(words.dropFirst(2).first ?? "") is installed")
    }
}
