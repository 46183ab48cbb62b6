import ArgumentParser
import Domain
import Testing

@testable import Appliance

/// What the commands about the central database take and print.
@Suite struct UpstreamCommandTests {
    private static func answer(_ text: String) throws -> JSONObject {
        try #require(try JSONParser.parse(text).objectValue)
    }

    @Test func offIsNoTrouble() throws {
        let answer = try Self.answer(#"{"state":"off","problem":null,"lag_rows":0}"#)
        #expect(!UpstreamText.isIll(answer))
        #expect(UpstreamText.status(answer) == "state       off: upstream.url is not set")
    }

    @Test func allIsWell() throws {
        let answer = try Self.answer(
            """
            {"state":"streaming","problem":null,"last_error":null,"server":"db:5432/lpr","lag_rows":0,"lag_seconds":0.0,
            "connected_since":"2026-11-23T03:00:00Z","last_confirmed_at":"2026-11-23T04:00:00Z","rows_per_second":1.25,
            "confirmed_sequence":900,"epoch":2,"rows_sent":12,"batches_sent":3,"parked_rows":0,
            "backfill_remaining":null,"pictures_waiting":null,"pictures_sent":0}
            """)
        #expect(!UpstreamText.isIll(answer))
        #expect(
            UpstreamText.status(answer) == """
                state       streaming, connected since 2026-11-23T03:00:00Z
                server      db:5432/lpr
                lag         none
                rate        1.3 changes/s in the last minute
                confirmed   change 900 of epoch 2, 2026-11-23T04:00:00Z
                sent        12 changes in 3 transactions
                """)
    }

    @Test(arguments: UpstreamStatus.Problem.allCases)
    func troubleIsToldWithWhatToDo(problem: UpstreamStatus.Problem) throws {
        let answer = try Self.answer(
            """
            {"state":"waiting","problem":"\(problem.rawValue)","last_error":"no\\u001b[2J","lag_rows":7,
            "lag_seconds":61.25,"parked_rows":2,"backfill_remaining":5,"pictures_waiting":1,"pictures_sent":4,
            "pictures_passed":2,"pictures_error":"no TLS\\u001b[2J"}
            """)
        #expect(UpstreamText.isIll(answer))
        let lines = UpstreamText.status(answer).split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("problem     \(problem.rawValue): no") })
        #expect(lines.contains { $0.hasPrefix("do          ") })
        #expect(lines.contains("lag         7 changes, the oldest 61.3 s old"))
        #expect(lines.contains("anew        5 stored events are still to be sent"))
        #expect(lines.contains("pictures    1 wait, 4 sent, 2 passed"))
        #expect(lines.contains { $0.hasPrefix("            no TLS") })
        #expect(lines.contains { $0.hasPrefix("refused     2 changes") })
        #expect(!UpstreamText.status(answer).unicodeScalars.contains("\u{1b}"))
    }

    /// An answer, and whether a script hears that something is wrong.
    @Test(arguments: [
        (#"{"state":"connecting"}"#, false), (#"{"state":"streaming","last_error":"an old one"}"#, false),
        (#"{"state":"streaming","lag_seconds":299.9}"#, false), (#"{"state":"streaming","lag_seconds":300}"#, true),
        (#"{"state":"streaming","parked_rows":1}"#, true), (#"{"state":"paused"}"#, true),
        (#"{"state":"connecting","problem":"tls"}"#, true),
        (#"{"state":"streaming","pictures_error":"no TLS"}"#, true),
        (#"{"state":"streaming","pictures_error":null}"#, false),
    ])
    func scriptsHearOfIt(text: String, isIll: Bool) throws {
        #expect(try UpstreamText.isIll(Self.answer(text)) == isIll)
    }

    @Test func refusedChangesAreLines() throws {
        let row = try Self.answer(
            """
            {"id":3,"entity":"lpr_events","entity_key":"e1","operation":"insert","sequence":30,"sqlstate":"22021",
            "message":"invalid\\nbyte","parked_at":"2026-11-23T03:00:00Z","attempts":2}
            """)
        let columns = UpstreamText.parked(row).split(separator: "\t")
        #expect(columns.prefix(5) == ["3", "2026-11-23T03:00:00Z", "lpr_events e1", "insert", "2"])
        #expect(columns.last?.hasPrefix("22021 invalid") == true && !UpstreamText.parked(row).contains("\n"))
    }

    @Test(arguments: [
        (["--from", "2026-11-23"], true), (["--all"], true), ([], false), (["--all", "--from", "2026-11-23"], false),
    ])
    func resyncTakesOneBeginning(arguments: [String], isRight: Bool) {
        let parsed = try? UpstreamResyncCommand.parse(arguments)
        #expect((parsed != nil) == isRight)
    }

    @Test(arguments: [
        ([], true), (["--retry", "3"], true), (["--retry", "all"], true), (["--retry", "x/../y"], false),
        (["--retry", "0"], false),
    ])
    func retryTakesOneOrAll(arguments: [String], isRight: Bool) {
        let parsed = try? UpstreamParkedCommand.parse(arguments)
        #expect((parsed != nil) == isRight)
    }
}
