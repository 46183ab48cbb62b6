import Domain
import Gateway

extension HealthComponent {
    /// The room that pictures have, and whether somebody should do something about it.
    static func storage(
        _ report: StorageReport, _ note: (String, HealthReport.Problem?) -> HealthBoard.Entry
    ) -> HealthComponent {
        let state: HealthBoard.State =
            switch report.state {
            case .ok: .ok
            case .warning: .degraded
            case .refusing: .failed
            }
        return HealthComponent(
            name: "storage", entry: note("storage", report.problem.map { (state, $0.text) }),
            details: [
                ("used_bytes", .integer(report.used)),
                ("limit_bytes", report.marks.map { .integer($0.limit) } ?? .null),
                ("refuses_pictures", .bool(report.refusesPictures)),
                ("days_until_high", report.daysUntilHigh.map { .double(($0 * 10).rounded() / 10) } ?? .null),
            ])
    }
}
