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
                    "\(problem)", "correct it, then 'lpr-appliance config check' and \(context.restartCommand)")
            }
                + (rest > 0 ? [.failed("\(rest) more problems", "see all: lpr-appliance config check")] : [])
        case .valid(let file):
            guard let changedAt = FileStatus(file)?.changedAt, let startedAt = startedAt(context),
                Instant(seconds: Int64(changedAt)) > startedAt
            else { return [.ok("\(file) is valid")] }
            return [
                .warning(
                    "\(file) is valid, but was changed after the start; the appliance still runs with what stood there "
                        + "before", context.restartCommand)
            ]
        }
    }

    private func startedAt(_ context: DoctorContext) -> Instant? {
        // A second later: the file may have been written in the second of the start.
        context.service.health?["uptime_seconds"]?.integerValue
            .map { context.machine.now() - .seconds($0) + .seconds(1) }
    }
}
