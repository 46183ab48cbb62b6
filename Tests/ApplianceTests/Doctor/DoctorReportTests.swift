import Dispatch
import Domain
import Testing

@testable import Appliance

struct DoctorReportTests {
    private struct Fixed: DoctorCheck {
        let id: String
        var title: String { id }
        let findings: [Finding]

        func run(_ context: DoctorContext) async -> [Finding] { findings }
    }

    /// Hangs as a disk does that dies.
    private struct Hanging: BlockingDoctorCheck {
        let id = "hanging"
        let title = "hanging"
        let end: DispatchSemaphore

        func look(_ context: DoctorContext) -> [Finding] {
            end.wait()
            return [.ok("too late")]
        }
    }

    @Test func linesAndAdvice() async throws {
        let checks = [
            Fixed(id: "disk", findings: [.ok("16 GiB are free", hint: "all is well")]),
            Fixed(
                id: "a clock",
                findings: [.warning("it drifts", "set it"), .failed("it\nstands\u{1b}[2J", "wind it up")]),
        ]
        let report = await Doctor(checks: checks).examine(try DoctorFixture().context)
        let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.first?.hasPrefix("LPR Appliance \(ApplianceVersion.text), 2026-11-23 01:00 UTC, data in /") == true)
        #expect(
            Array(lines.dropFirst()) == [
                "",
                "ok       disk     16 GiB are free",
                "                  all is well",
                "warning  a clock  it drifts",
                "                  set it",
                "failed   a clock  it\\u000astands\\u001b[2J",
                "                  wind it up",
                "",
                "1 failed, 1 to look at, 0 unknown.",
            ])
    }

    @Test func nothingToDo() async throws {
        let report = await Doctor(checks: [Fixed(id: "disk", findings: [.ok("fine")])]).examine(
            try DoctorFixture().context)
        #expect(report.text.hasSuffix("\n\nAll is well."))
        #expect(report.state == .ok)
    }

    @Test func json() async throws {
        let checks = [
            Fixed(id: "a", findings: [.ok("fine"), .unknown("dark", "run with sudo")]),
            Fixed(id: "b", findings: [.warning("odd", "look")]),
        ]
        let json = await Doctor(checks: checks).examine(try DoctorFixture().context).json
        #expect(json["status"]?.stringValue == "warning")
        #expect(json["warnings"]?.integerValue == 1 && json["unknown"]?.integerValue == 1)
        #expect(json["failed"]?.integerValue == 0)
        let first = json["checks"]?.arrayValue?.first?.objectValue
        #expect(first?["id"]?.stringValue == "a" && first?["state"]?.stringValue == "unknown")
        let findings = first?["findings"]?.arrayValue?.compactMap(\.objectValue)
        #expect(findings?.first?["advice"]?.isNull == true)
        #expect(findings?.last?["advice"]?.stringValue == "run with sudo")
    }

    @Test("A check that hangs is unknown in the end, and holds nobody up")
    func deadline() async throws {
        let end = DispatchSemaphore(value: 0)
        defer { end.signal() }
        let checks: [any DoctorCheck] = [Hanging(end: end), Fixed(id: "disk", findings: [.ok("fine")])]
        let report = await Doctor(checks: checks, limit: .seconds(3)).examine(try DoctorFixture().context)
        #expect(report.results.map(\.state) == [.unknown, .ok])
        #expect(report.results.first?.findings.words.contains("no answer within") == true)
    }

    @Test func everyCheckHasItsOwnName() {
        let ids = Doctor.all.map(\.id)
        #expect(Set(ids).count == ids.count && ids.count == 20)
        // All of them together stay below ten seconds, with what is asked before.
        #expect(Doctor.checkLimit + ServiceReading.limit + .seconds(2) < .seconds(10))
    }

    /// What is left of findings when the worst counts.
    @Test(
        arguments: [
            ([], Finding.State.ok), ([.ok, .unknown], .unknown), ([.unknown, .warning], .warning),
            ([.warning, .failed, .unknown], .failed),
        ] as [([Finding.State], Finding.State)])
    func worst(states: [Finding.State], worst: Finding.State) {
        #expect(Finding.State.worst(of: states) == worst)
    }
}
