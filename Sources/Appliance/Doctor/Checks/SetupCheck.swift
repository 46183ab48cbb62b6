/// Whether somebody can log in.
struct SetupCheck: DoctorCheck {
    let id = "setup"
    let title = "set-up"

    func run(_ context: DoctorContext) async -> [Finding] {
        switch context.service.contact {
        case .admin(_, 0?):
            return [
                .warning(
                    "nobody can log in yet",
                    "sudo lpr-appliance setup-code, and type the code into the page that opens in a browser")
            ]
        case .admin(_, let accounts?): return [.ok("\(accounts) \(accounts == 1 ? "account" : "accounts")")]
        case .door, .hidden: return [.hidden("whether there are accounts")]
        case .admin(_, nil), .silent, .notRunning:
            return [.unknown("only the running appliance knows the accounts", "start it and look again")]
        }
    }
}
