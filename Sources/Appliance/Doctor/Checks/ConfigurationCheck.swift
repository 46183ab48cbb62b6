import Domain

/// Whether the configuration can be used, and whether the running appliance uses it.
struct ConfigurationCheck: BlockingDoctorCheck {
    let id = "configuration"
    let title = "configuration"

    private static let shownProblems = 5

    func look(_ context: DoctorContext) -> [Finding] {
        switch context.reading {
        case .noFile:
            return [
                .ok(
                    "there is no file; everything has its default",
                    hint:
                        "to change something: sudo sh -c 'mkdir -p /etc/lpr-appliance && lpr-appliance config example "
                        + "> /etc/lpr-appliance/appliance.conf'")
            ]
        case .hidden(let file):
            return [.hidden("\(file) exists, but it")]
        case .wrong(let problems):
            let rest = problems.count - Self.shownProblems
            return problems.prefix(Self.shownProblems).map { problem in
                .failed(
                    "\(problem)", "correct it, then 'sudo lpr-appliance config check' and \(context.restartCommand)")
            }
                + (rest > 0 ? [.failed("\(rest) more problems", "see all: sudo lpr-appliance config check")] : [])
        case .valid(let file): return [use(of: file, context)] + rights(file, context)
        }
    }

    private func use(of file: String, _ context: DoctorContext) -> Finding {
        guard let changedAt = FileStatus(file)?.changedAt, let startedAt = startedAt(context),
            Instant(seconds: Int64(changedAt)) > startedAt
        else { return .ok("\(file) is valid") }
        return .warning(
            "\(file) is valid, but was changed after the start; the appliance still runs with what stood there before",
            context.restartCommand)
    }

    private func rights(_ file: String, _ context: DoctorContext) -> [Finding] {
        if case .forbidden(let at)? = context.obstacle(toReading: file), let account = context.account {
            return [
                .failed(
                    "user \(account.name) may not read it (because of \(at)): the appliance does not start so",
                    "sudo chgrp \(account.name) \(file) && sudo chmod 640 \(file)")
            ]
        }
        guard let url = context.configuration.upstream.url, UpstreamAddress.hasPassword(url),
            let status = FileStatus(file), status.mode & 0o007 != 0
        else { return [] }
        return [
            .warning(
                "everybody on this box can read \(file), and a password stands in it",
                "sudo chmod o= \(file); or put the password into a file of its own (upstream.password_file)")
        ]
    }

    private func startedAt(_ context: DoctorContext) -> Instant? {
        // A second later: the file may have been written in the second of the start.
        context.service.health?["uptime_seconds"]?.integerValue
            .map { context.machine.now() - .seconds($0) + .seconds(1) }
    }
}
