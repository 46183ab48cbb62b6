/// Looks at the box for a technician, all checks at once, each within its time.
struct Doctor: Sendable {
    /// How long one check may take. With what systemd and the appliance are asked before, for two seconds each, all is
    /// over within ten seconds.
    static let checkLimit: Duration = .seconds(5)

    let checks: [any DoctorCheck]
    let limit: Duration

    init(checks: [any DoctorCheck] = Self.all, limit: Duration = checkLimit) {
        self.checks = checks
        self.limit = limit
    }

    /// In the order of the report: from the box to what is around it.
    static let all: [any DoctorCheck] = [
        SystemCheck(), ConfigurationCheck(), ServiceCheck(), SetupCheck(), DataDirectoryCheck(), DiskCheck(),
        DiskSpeedCheck(), FlashWearCheck(), MemoryCheck(), TemperatureCheck(), ClockCheck(), PortCheck(),
        FirewallCheck(), LocalNameCheck(), CertificateCheck(), BrokerCheck(), UpstreamCheck(), RsyncCheck(),
        LibraryCheck(), BackupCheck(),
    ]

    func examine(_ context: DoctorContext) async -> DoctorReport {
        let results = await withTaskGroup(of: (Int, [Finding]).self) { group in
            for (place, check) in checks.enumerated() {
                group.addTask { (place, await findings(of: check, context)) }
            }
            return await group.reduce(into: [Int: [Finding]]()) { $0[$1.0] = $1.1 }
        }
        return DoctorReport(
            version: ApplianceVersion.text, dataDirectory: context.data.path, at: context.machine.now(),
            results: checks.enumerated().map { place, check in
                DoctorReport.Result(id: check.id, title: check.title, findings: results[place] ?? [])
            })
    }

    private func findings(of check: any DoctorCheck, _ context: DoctorContext) async -> [Finding] {
        await withDeadline(limit) { await check.run(context) } ?? [
            .unknown(
                "no answer within \(limit.components.seconds) seconds",
                "a disk or a network file system may hang: look at the last lines of 'sudo dmesg'")
        ]
    }
}
