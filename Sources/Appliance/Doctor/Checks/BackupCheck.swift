import Domain
import Store

/// How old the newest copy of the database is. The appliance makes none by itself.
struct BackupCheck: BlockingDoctorCheck {
    let id = "backups"
    let title = "backups"

    private static let oldDays: Int64 = 8
    private static let day: Int64 = 86_400
    private static let command = "sudo lpr-appliance backup"

    func look(_ context: DoctorContext) -> [Finding] {
        let folder = context.data.backups
        switch FileStatus.absence(of: folder) {
        case .missing?: return [.unknown("there is no \(folder) yet", "start the appliance and look again")]
        case .hidden?: return [.hidden("the backups")]
        case nil: break
        }
        let now = context.machine.now()
        guard let newest = Backups(directory: context.data.path).newest(), let status = FileStatus(newest) else {
            return [none(context, now)]
        }
        let age = now.since(Instant(seconds: Int64(status.changedAt))).components.seconds
        guard age <= Self.oldDays * Self.day else {
            return [
                .warning(
                    "the newest backup is \(age / Self.day) days old",
                    "\(Self.command), and copy backups/ and images/ to another machine")
            ]
        }
        return [.ok("the newest is \(RoughTime.text(seconds: max(0, age))) old")]
    }

    private func none(_ context: DoctorContext, _ now: Instant) -> Finding {
        guard canList(context) else { return .hidden("the backups") }
        let text = "there is none; the appliance makes none by itself"
        let advice = "\(Self.command); a timer or cron can do that every night"
        // The keys are made at the first start and never change.
        let firstStart = FileStatus(context.data.keys).map { Int64($0.changedAt) }
        guard let firstStart, now.since(Instant(seconds: firstStart)).components.seconds > Self.oldDays * Self.day
        else {
            return .ok(text, hint: advice)
        }
        return .warning(text, advice)
    }

    private func canList(_ context: DoctorContext) -> Bool {
        context.machine.isRoot || context.account?.id == context.machine.userID
            || !SystemFiles().names(in: context.data.backups).isEmpty
    }
}
