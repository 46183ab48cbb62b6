import Domain

extension HealthComponent {
    /// The replication to the central database.
    ///
    /// It makes the appliance `degraded` at most: reads are taken and kept whether the centre is there or not.
    static func upstream(
        _ status: UpstreamStatus, noteOn board: HealthBoard, at now: Instant, start: Instant
    ) -> HealthComponent {
        let problem = status.healthProblem
        let state: HealthBoard.State = problem != nil ? .degraded : status.state == .off ? .off : .ok
        return HealthComponent(
            name: "upstream", entry: board.note("upstream", state, error: problem, at: now, start: start),
            details: status.state == .off ? [] : status.details)
    }
}

extension UpstreamStatus {
    /// What ails it, for people: what happened and what follows from it; nil when nobody has to look.
    ///
    /// No number that changes by the second is in it: pages read out a new sentence.
    var healthProblem: String? {
        guard state != .off else { return nil }
        var parts: [String] = []
        if let problem {
            parts.append(([problem.sentence] + [errorText].compactMap { $0 }).joined(separator: ": "))
        } else if state == .waiting || state == .paused {
            parts.append("nothing is sent to the central database" + (errorText.map { ": \($0)" } ?? ""))
        }
        if !parts.isEmpty {
            parts.append("reads are kept here and sent later")
        } else if isLagging {
            parts.append("the central database is more than \(Int64(Self.tellingLagSeconds / 60)) minutes behind")
        }
        // While no reads go, it is no news that pictures do not.
        if parts.isEmpty, let picturesErrorText {
            parts.append("no pictures reach the central database: \(picturesErrorText)")
        }
        if parkedRows > 0 {
            parts.append("\(parkedRows) changes were refused by the central database and are kept here")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    fileprivate var details: [(name: String, value: JSONValue)] {
        [
            ("replication", .string(state.rawValue)),
            ("problem", problem.map { .string($0.rawValue) } ?? .null),
            ("server", server.map { .string($0) } ?? .null),
            ("connected_since", connectedSince.map { .string($0.rfc3339) } ?? .null),
            ("lag_rows", .integer(lagRows)),
            ("lag_seconds", .double(lagSeconds.inTenths)),
            ("parked_rows", .integer(parkedRows)),
        ]
    }
}

extension UpstreamStatus.Problem {
    /// What is wrong, as the beginning of a sentence.
    var sentence: String {
        switch self {
        case .unreachable: "the central database does not answer"
        case .wrongPassword: "the central database refuses the password"
        case .tls: "no trusted encrypted connection to the central database"
        case .schemaMissing: "the central database has no tables for this appliance"
        case .schemaTooOld: "the tables of the central database are older than this appliance"
        case .schemaTooNew: "the tables of the central database are newer than this appliance"
        case .permission: "the role of this site may not write to the central database"
        case .siteUnknown: "the role belongs to no site of the central database, or to another one"
        case .anotherAppliance: "another appliance writes to the central database under the id of this site"
        case .diskFull: "the disk of the central database is full"
        case .timeout: "the central database does not answer in time"
        case .other: "the central database does not take what is sent"
        }
    }
}

extension Double {
    /// Rounded to one digit behind the point.
    var inTenths: Double { (self * 10).rounded() / 10 }
}
