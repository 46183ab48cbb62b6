import Domain
import Gateway
import HTTPTypes
import Testing

@testable import HTTPAPI
@testable import Identity

/// `/api/upstream`, its part of the health, and the same over the admin socket.
@Suite struct UpstreamTests {
    private static func site(_ desk: FakeUpstreamDesk?) async throws -> TestSite {
        var options = TestSite.Options()
        options.upstream = desk
        return try await TestSite(options)
    }

    @Test func offIsToldAndNoTrouble() async throws {
        let site = try await Self.site(nil)
        let answer = try await site.send(.get, "/api/upstream", as: .viewer)
        #expect(answer.status == 200 && answer.string("state") == "off" && answer.value("problem") == .null)
        #expect(answer.integer("lag_rows") == 0)
        let parked = try await site.send(.get, "/api/upstream/parked", as: .viewer)
        #expect(parked.value("parked") == .array([]) && parked.value("next") == .null)
        let health = try await site.send(.get, "/api/health", as: .viewer)
        #expect(health.string("status") == "ok" && health.string("components.upstream.state") == "off")
        #expect(health.value("components.upstream.lag_rows") == nil)
        for (path, body) in [("parked/1/retry", ""), ("parked/all/retry", ""), ("resync", #"{"from":null}"#)] {
            let refused = try await site.send(.post, "/api/upstream/\(path)", as: .admin, body)
            #expect(refused.status == 409 && refused.string("detail")?.contains("upstream.url") == true, "\(path)")
        }
    }

    @Test func everythingIsTold() async throws {
        let at = TestSite.start
        let status = UpstreamStatus(
            .waiting, problem: .diskFull, errorText: "could not extend file", errorAt: at,
            server: "db.example.com:5432/lpr", connectedSince: at - .seconds(60), lastConfirmedAt: at - .seconds(2),
            lagRows: 12, lagSeconds: 2.34, confirmedSequence: 900, epoch: 2, rowsPerSecond: 10.06, rowsSent: 800,
            batchesSent: 8, parkedRows: 1, backfillRemaining: 5, picturesWaiting: 3, picturesSent: 4,
            picturesPassed: 6, picturesErrorText: "no TLS")
        let answer = try await Self.site(FakeUpstreamDesk(status)).send(.get, "/api/upstream", as: .viewer)
        #expect(answer.string("state") == "waiting" && answer.string("problem") == "disk_full")
        #expect(answer.string("last_error") == "could not extend file")
        #expect(answer.string("last_error_at") == at.rfc3339)
        #expect(answer.string("server") == "db.example.com:5432/lpr")
        #expect(answer.string("connected_since") == (at - .seconds(60)).rfc3339)
        #expect(answer.string("last_confirmed_at") == (at - .seconds(2)).rfc3339)
        #expect(answer.value("lag_seconds")?.doubleValue == 2.3)
        #expect(answer.value("rows_per_second")?.doubleValue == 10.1)
        let numbers = [
            "lag_rows", "confirmed_sequence", "epoch", "rows_sent", "batches_sent", "parked_rows", "backfill_remaining",
            "pictures_waiting", "pictures_sent", "pictures_passed",
        ]
        #expect(numbers.map { answer.integer($0) } == [12, 900, 2, 800, 8, 1, 5, 3, 4, 6])
        #expect(answer.string("pictures_error") == "no TLS")
    }

    /// A state, and a part of what the health says; nil when nobody has to look.
    static let healths: [(status: UpstreamStatus, words: String?)] = [
        (UpstreamStatus(.connecting), nil), (UpstreamStatus(.streaming), nil),
        (UpstreamStatus(.streaming, errorText: "an old one", lagRows: 900, lagSeconds: 299), nil),
        (UpstreamStatus(.streaming, lagRows: 900, lagSeconds: 600), "more than 5 minutes behind"),
        (UpstreamStatus(.streaming, parkedRows: 2), "2 changes were refused"),
        (UpstreamStatus(.streaming, picturesErrorText: "no TLS"), "no pictures reach the central database: no TLS"),
        (
            UpstreamStatus(.waiting, problem: .wrongPassword, errorText: "FATAL: no", lagRows: 7),
            "refuses the password: FATAL: no; reads are kept here and sent later"
        ),
        (UpstreamStatus(.connecting, problem: .unreachable), "does not answer; reads are kept"),
        (UpstreamStatus(.paused), "nothing is sent"),
    ]

    @Test(arguments: healths)
    func healthIsDegradedAtMost(status: UpstreamStatus, words: String?) async throws {
        let site = try await Self.site(FakeUpstreamDesk(status))
        let health = try await site.send(.get, "/api/health", as: .viewer)
        #expect(health.string("status") == (words == nil ? "ok" : "degraded"))
        #expect(health.string("components.upstream.state") == (words == nil ? "ok" : "degraded"))
        #expect(health.string("components.upstream.replication") == status.state.rawValue)
        #expect(health.string("components.upstream.problem") == status.problem?.rawValue)
        #expect(health.integer("components.upstream.lag_rows") == status.lagRows)
        #expect(await site.services.isHealthy() == (words == nil))
        if let words {
            #expect(health.string("components.upstream.last_error")?.contains(words) == true, "\(health.text)")
        } else {
            #expect(health.value("components.upstream.last_error") == .null)
        }
        // Reads go on whatever the centre does.
        #expect(try await site.send(.post, "/api/lpr/events", as: .device, site.event("a")).status == 201)
    }

    @Test(arguments: UpstreamStatus.Problem.allCases)
    func everyProblemHasItsSentence(problem: UpstreamStatus.Problem) {
        let others = UpstreamStatus.Problem.allCases.filter { $0 != problem }.map(\.sentence)
        #expect(!problem.sentence.isEmpty && !others.contains(problem.sentence))
    }

    @Test func parkedRowsComeInPages() async throws {
        let desk = FakeUpstreamDesk(
            UpstreamStatus(.streaming, parkedRows: 3), parked: (1...3).map(FakeUpstreamDesk.row))
        let site = try await Self.site(desk)
        let first = try await site.send(.get, "/api/upstream/parked?limit=2", as: .viewer)
        #expect(first.integer("parked.0.id") == 1 && first.integer("parked.1.id") == 2)
        #expect(first.string("parked.0.entity_key") == "e1" && first.string("parked.0.sqlstate") == "22021")
        #expect(first.string("parked.0.parked_at") == TestSite.start.rfc3339)
        #expect(first.integer("count") == 3 && first.string("next") == "2")
        let second = try await site.send(.get, "/api/upstream/parked?limit=2&cursor=2", as: .viewer)
        #expect(second.value("parked")?.arrayValue?.count == 1 && second.value("next") == .null)
        for query in ["limit=0", "limit=501", "cursor=x", "page=2"] {
            #expect(try await site.send(.get, "/api/upstream/parked?\(query)", as: .viewer).status == 422, "\(query)")
        }
    }

    @Test func parkedRowsAreRetried() async throws {
        let desk = FakeUpstreamDesk(parked: (1...3).map(FakeUpstreamDesk.row))
        let site = try await Self.site(desk)
        let one = try await site.send(.post, "/api/upstream/parked/2/retry", as: .admin)
        #expect(one.status == 202 && one.integer("retried") == 1)
        let all = try await site.send(.post, "/api/upstream/parked/all/retry", as: .admin)
        #expect(all.status == 202 && all.integer("retried") == 3)
        #expect(desk.asked == ["retry 2", "retry all"])
        for id in ["9", "x", "-1", "99999999999999999999"] {
            #expect(try await site.send(.post, "/api/upstream/parked/\(id)/retry", as: .admin).status == 404, "\(id)")
        }
    }

    /// The body and what the replication is asked; nil when the body is wrong.
    static let resyncs: [(body: String, asked: String?)] = [
        (#"{"from":null}"#, "resync all"),
        // The site's zone is seven hours ahead.
        (#"{"from":"2026-11-20"}"#, "resync 2026-11-19T17:00:00.000Z"),
        (#"{"from":"2026-11-20T08:00:00+07:00"}"#, "resync 2026-11-20T01:00:00.000Z"),
        ("{}", nil), (#"{"from":"2026-13-01"}"#, nil), (#"{"from":"yesterday"}"#, nil), (#"{"from":1}"#, nil),
        (#"{"from":"2027-01-01"}"#, nil), (#"{"from":null,"to":null}"#, nil),
    ]

    @Test(arguments: resyncs) func resync(body: String, asked: String?) async throws {
        let desk = FakeUpstreamDesk()
        let site = try await Self.site(desk)
        let answer = try await site.send(.post, "/api/upstream/resync", as: .admin, body)
        #expect(answer.status == (asked == nil ? 422 : 202), "\(answer.text)")
        #expect(desk.asked == [asked].compactMap { $0 })
        if asked == nil { #expect(answer.fieldsInError.count == 1) }
    }

    @Test func refusalsOfTheReplicationAreToldInItsWords() async throws {
        let desk = FakeUpstreamDesk()
        let site = try await Self.site(desk)
        desk.refuse(UpstreamDeskError(.notNow, reason: "The connection is just being made."))
        let answer = try await site.send(.post, "/api/upstream/resync", as: .admin, #"{"from":null}"#)
        #expect(answer.status == 409 && answer.string("detail") == "The connection is just being made.")
        desk.refuse(UpstreamDeskError(.failed, reason: "The database could not do this."))
        #expect(try await site.send(.post, "/api/upstream/parked/all/retry", as: .admin).status == 500)
    }

    @Test func commandsAskTheSame() async throws {
        let desk = FakeUpstreamDesk(
            UpstreamStatus(.streaming, server: "db:5432/lpr"), parked: [FakeUpstreamDesk.row(1)])
        let site = try await Self.site(desk)
        func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> TestSite.Answer {
            try await site.send(method, "/admin/\(path)", bytes: Array(body.utf8), address: "local", isAdmin: true)
        }
        #expect(try await send(.get, "upstream").string("server") == "db:5432/lpr")
        #expect(try await send(.get, "upstream/parked?limit=1").integer("parked.0.id") == 1)
        #expect(try await send(.post, "upstream/parked/1/retry").status == 202)
        #expect(try await send(.post, "upstream/resync", #"{"from":"2026-11-20"}"#).status == 202)
        #expect(desk.asked == ["retry 1", "resync 2026-11-19T17:00:00.000Z"])
        #expect(try await send(.get, "status").string("components.upstream.replication") == "streaming")
    }
}
