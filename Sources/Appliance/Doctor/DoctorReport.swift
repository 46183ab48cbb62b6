import Domain

/// What a doctor found, for people and for programs.
struct DoctorReport: Sendable {
    struct Result: Sendable {
        let id: String
        let title: String
        let findings: [Finding]

        var state: Finding.State { .worst(of: findings.map(\.state)) }
    }

    let version: String
    let dataDirectory: String
    let at: Instant
    let results: [Result]

    var state: Finding.State { .worst(of: results.map(\.state)) }

    private func count(_ state: Finding.State) -> Int {
        results.reduce(0) { $0 + $1.findings.count { $0.state == state } }
    }

    /// One line a finding: state, topic, what was found; below it, indented, what to do.
    var text: String {
        let states = Finding.State.allCases.map(\.rawValue.count).max() ?? 0
        let titles = results.map(\.title.count).max() ?? 0
        let indent = String(repeating: " ", count: states + titles + 4)
        var lines = [
            "LPR Appliance \(version), \(at.rfc3339.prefix(16).replacing("T", with: " ")) UTC, data in "
                + QuotedText.escapingControls(dataDirectory),
            "",
        ]
        for result in results {
            for finding in result.findings {
                lines.append(
                    finding.state.rawValue.padded(to: states + 2) + result.title.padded(to: titles + 2)
                        + QuotedText.escapingControls(finding.text))
                if let advice = finding.advice { lines.append(indent + QuotedText.escapingControls(advice)) }
            }
        }
        return (lines + ["", summary]).joined(separator: "\n")
    }

    private var summary: String {
        let (failed, warnings, unknown) = (count(.failed), count(.warning), count(.unknown))
        guard failed + warnings + unknown > 0 else { return "All is well." }
        return "\(failed) failed, \(warnings) to look at, \(unknown) unknown."
    }

    var json: JSONObject {
        [
            "status": .string(state.rawValue), "version": .string(version), "time": .string(at.rfc3339),
            "data_directory": .string(dataDirectory), "failed": .integer(count(.failed)),
            "warnings": .integer(count(.warning)), "unknown": .integer(count(.unknown)),
            "checks": .array(results.map { .object($0.json) }),
        ]
    }
}

extension DoctorReport.Result {
    fileprivate var json: JSONObject {
        [
            "id": .string(id), "title": .string(title), "state": .string(state.rawValue),
            "findings": .array(
                findings.map { finding in
                    .object([
                        "state": .string(finding.state.rawValue), "text": .string(finding.text),
                        "advice": .optional(finding.advice),
                    ])
                }),
        ]
    }
}

extension String {
    /// With blanks behind it, so that columns stand below each other.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
