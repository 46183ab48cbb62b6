/// One thing that a check found out.
struct Finding: Sendable, Hashable {
    enum State: String, Sendable, CaseIterable {
        case ok
        /// It works, but somebody should look.
        case warning
        /// It does not work, or what is acknowledged may get lost.
        case failed
        /// This user may not see it, or the box does not tell.
        case unknown
    }

    let state: State
    /// What was found: one line.
    let text: String
    /// What to do; also where all is well, when there is something to know.
    let advice: String?

    static func ok(_ text: String, hint: String? = nil) -> Finding { Finding(state: .ok, text: text, advice: hint) }

    static func warning(_ text: String, _ advice: String) -> Finding {
        Finding(state: .warning, text: text, advice: advice)
    }

    static func failed(_ text: String, _ advice: String) -> Finding {
        Finding(state: .failed, text: text, advice: advice)
    }

    static func unknown(_ text: String, _ advice: String) -> Finding {
        Finding(state: .unknown, text: text, advice: advice)
    }

    /// What only root or the user of the appliance may look at.
    /// - Parameter what: the beginning of a sentence, such as "the files".
    static func hidden(_ what: String) -> Finding {
        .unknown("\(what) cannot be seen by this user", "run with sudo: sudo lpr-appliance doctor")
    }
}

extension Finding.State {
    /// The one that tells most about several findings.
    static func worst(of states: some Sequence<Finding.State>) -> Finding.State {
        let all = Set(states)
        return [.failed, .warning, .unknown].first { all.contains($0) } ?? .ok
    }
}
