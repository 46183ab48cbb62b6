/// The table of what was measured.
struct Report {
    private(set) var rows: [Row] = []

    struct Row {
        let name: String
        let measured: String
        let target: String
        let verdict: Verdict
    }

    enum Verdict: String {
        case ok
        /// Not what is asked for, on a machine that others use too.
        case missed
        /// So far off that something is broken.
        case failed = "FAIL"
        /// Printed to compare others with.
        case none = ""
    }

    enum Bound {
        case atLeast(Double)
        case below(Double)

        func isKept(by value: Double) -> Bool {
            switch self {
            case .atLeast(let bound): value >= bound
            case .below(let bound): value < bound
            }
        }

        /// As far off as an absolute number may be before the run fails: machines differ, and other programs run.
        var loosened: Bound {
            switch self {
            case .atLeast(let bound): .atLeast(bound / 10)
            case .below(let bound): .below(bound * 10)
            }
        }
    }

    var hasFailed: Bool { rows.contains { $0.verdict == .failed } }

    /// A figure to compare others with.
    mutating func note(_ name: String, _ value: Double, _ unit: String) {
        append(Row(name: name, measured: "\(Number.text(value)) \(unit)", target: "", verdict: .none))
    }

    /// A figure that depends on the machine: missing its target is told, missing it tenfold fails.
    mutating func absolute(_ name: String, _ value: Double, _ unit: String, _ target: Bound) {
        let verdict: Verdict =
            target.isKept(by: value) ? .ok : target.loosened.isKept(by: value) ? .missed : .failed
        append(row(name, value, unit, target, verdict))
    }

    /// A figure that is the same on every machine, such as a ratio within one run or a count.
    mutating func strict(_ name: String, _ value: Double, _ unit: String, _ target: Bound) {
        append(row(name, value, unit, target, target.isKept(by: value) ? .ok : .failed))
    }

    /// Something that has to be true.
    mutating func check(_ name: String, _ isTrue: Bool, _ measured: String, expected: String) {
        append(Row(name: name, measured: measured, target: expected, verdict: isTrue ? .ok : .failed))
    }

    private func row(_ name: String, _ value: Double, _ unit: String, _ target: Bound, _ verdict: Verdict) -> Row {
        let text =
            switch target {
            case .atLeast(let bound): "≥ \(Number.text(bound))"
            case .below(let bound): "< \(Number.text(bound))"
            }
        return Row(name: name, measured: "\(Number.text(value)) \(unit)", target: text, verdict: verdict)
    }

    private mutating func append(_ row: Row) {
        rows.append(row)
        Console.progress("  \(row.name): \(row.measured) \(row.verdict.rawValue)")
    }

    var text: String {
        let header = Row(name: "measurement", measured: "measured", target: "target", verdict: .none)
        let nameWidth = (rows + [header]).map(\.name.count).max() ?? 0
        let measuredWidth = (rows + [header]).map(\.measured.count).max() ?? 0
        let targetWidth = (rows + [header]).map(\.target.count).max() ?? 0
        func line(_ row: Row) -> String {
            "\(Self.padded(row.name, nameWidth))  \(Self.padded(row.measured, measuredWidth, atEnd: false))  "
                + "\(Self.padded(row.target, targetWidth, atEnd: false))  \(row.verdict.rawValue)"
        }
        let rule = String(repeating: "-", count: nameWidth + measuredWidth + targetWidth + 10)
        return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int, atEnd: Bool = true) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return atEnd ? text + blanks : blanks + text
    }
}
