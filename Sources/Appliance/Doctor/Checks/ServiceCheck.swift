import Domain

/// Whether the appliance runs, in the version that is installed, and what it says of itself.
struct ServiceCheck: DoctorCheck {
    let id = "service"
    let title = "service"

    /// Components that have a check of their own, which passes on what the appliance says.
    private static let others: Set<String> = ["disk", "mqtt", "upstream"]
    private static let manyRestarts = 3

    func run(_ context: DoctorContext) async -> [Finding] {
        let service = context.service
        var findings = [contact(context)]
        if let unit = service.unit {
            if !unit.startsAtBoot {
                findings.append(
                    .warning(
                        "the service does not start when the box starts", "sudo systemctl enable lpr-appliance"))
            }
            if unit.restarts > Self.manyRestarts {
                findings.append(
                    .warning(
                        "the service ended \(unit.restarts) times and was started again",
                        "why: sudo journalctl -u lpr-appliance -p warning -n 50"))
            }
        }
        if case .admin(let health, _) = service.contact { findings += problems(health) }
        return findings
    }

    private func contact(_ context: DoctorContext) -> Finding {
        switch context.service.contact {
        case .admin(let health, _): return running(health, context)
        case .door(let health):
            let finding = running(health, context)
            guard finding.state == .ok, health["status"]?.stringValue != "ok" else { return finding }
            return .warning("runs, and says that something is wrong", "see what: sudo lpr-appliance doctor")
        case .silent:
            return .failed(
                "runs, but does not answer its own commands within \(ServiceReading.limit.components.seconds) seconds",
                "wait a minute and look again; then: \(context.restartCommand)")
        case .notRunning: return stopped(context)
        case .hidden:
            guard let unit = context.service.unit, !unit.isActive else {
                return .hidden("whether the appliance runs")
            }
            return stopped(context)
        }
    }

    private func running(_ health: JSONObject, _ context: DoctorContext) -> Finding {
        let version = health["version"]?.stringValue ?? "unknown"
        guard version == ApplianceVersion.text else {
            return .warning(
                "version \(version) runs, but \(ApplianceVersion.text) is installed", context.restartCommand)
        }
        let uptime = health["uptime_seconds"]?.integerValue ?? 0
        return .ok("version \(version), running for \(RoughTime.text(seconds: uptime))")
    }

    private func stopped(_ context: DoctorContext) -> Finding {
        guard let unit = context.service.unit else {
            return .failed(
                "no appliance runs with the data directory \(context.data.path)",
                "start it with 'lpr-appliance serve', or name its data directory with --data")
        }
        if unit.isStarting {
            return .warning(
                "is starting", "a check of the database may take minutes: sudo systemctl status lpr-appliance")
        }
        let cause: String
        switch unit.exitStatus {
        case ExitStatus.configuration: cause = "the configuration is wrong: sudo lpr-appliance config check; then: "
        case ExitStatus.inUse: cause = "the port or the data directory was in use; when it is free: "
        case ExitStatus.diskFull: cause = "the disk was full; when there is room: "
        default: cause = ""
        }
        let state = unit.isActive ? "answers nowhere, though systemd calls it active" : "does not run (\(unit.state))"
        return .failed(
            state, cause + "sudo systemctl restart lpr-appliance; why: sudo journalctl -u lpr-appliance -n 50")
    }

    private func problems(_ health: JSONObject) -> [Finding] {
        let components = health["components"]?.objectValue?.members ?? []
        let notices = health["notices"]?.arrayValue?.compactMap { $0.objectValue?["message"]?.stringValue } ?? []
        let advice = "more: sudo journalctl -u lpr-appliance -p warning -n 50"
        return components.compactMap { name, value -> Finding? in
            guard !Self.others.contains(name), let component = value.objectValue,
                let state = component["state"]?.stringValue, state == "degraded" || state == "failed"
            else { return nil }
            let text = "\(name): \(component["last_error"]?.stringValue ?? state)"
            return state == "failed" ? .failed(text, advice) : .warning(text, advice)
        } + notices.map { .warning($0, advice) }
    }
}
