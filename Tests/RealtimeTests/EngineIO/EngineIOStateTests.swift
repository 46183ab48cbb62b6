import NIOCore
import Testing

@testable import Realtime

/// What happens to a session, and what it does about it, in words that a table can hold.
enum Step: Sendable {
    case get, post(String), badPost, frame(String), badFrame, socketClosed
    case probe(String), badProbe, probeClosed, release
    case send(String), sendMany(Int), pingIsDue, deadline, close
}

@Suite("A session of Engine.IO")
struct EngineIOStateTests {
    typealias Trace = (name: String, version: EngineIOVersion, isWebSocket: Bool, steps: [(Step, String)])

    static let polling: [Trace] = [
        ("a GET waits for a packet", .four, false, [(.get, "wait"), (.send("4a"), "poll[4a]"), (.get, "wait")]),
        (
            "what waits is fetched at once", .four, false,
            [(.send("4a"), ""), (.send("4b"), ""), (.get, "[4a 4b]"), (.get, "wait")]
        ),
        (
            "an answer has no more than sixteen packets", .four, false,
            [
                (.sendMany(18), ""), (.get, "[\((0..<16).map { "4\($0)" }.joined(separator: " "))]"),
                (.get, "[416 417]"), (.get, "wait"), (.sendMany(17), "poll[40]"),
                (.get, "[\((1...16).map { "4\($0)" }.joined(separator: " "))]"), (.get, "wait"),
            ]
        ),
        (
            "two GETs at once end both", .four, false,
            [(.get, "wait"), (.get, "refuse poll[1] closeProbe end:violation"), (.get, "refuse"), (.post("4a"), "no")]
        ),
        ("messages of a POST", .four, false, [(.post("4a 4b"), "ok deliver:4a deliver:4b")]),
        ("a POST that is none", .four, false, [(.badPost, "no closeProbe end:violation")]),
        (
            "a POST with a packet that no client sends", .four, false,
            [(.post("4a 0{} 4b"), "no deliver:4a closeProbe end:violation"), (.send("4x"), ""), (.get, "refuse")]
        ),
        (
            "the client closes while its GET waits", .four, false,
            [
                (.get, "wait"), (.post("4a 1 4b"), "ok deliver:4a poll[6] closeProbe end:closedByClient"),
                (.get, "refuse"),
            ]
        ),
        (
            "the client closes and its GET comes later", .four, false,
            [(.post("1"), "ok closeProbe end:closedByClient"), (.get, "[6]"), (.get, "refuse")]
        ),
        (
            "the server closes", .four, false,
            [(.get, "wait"), (.close, "poll[1] closeProbe end:closedByServer"), (.close, ""), (.get, "refuse")]
        ),
        (
            "the server closes without a GET", .four, false,
            [(.close, "closeProbe end:closedByServer"), (.get, "refuse")]
        ),
        (
            "heartbeat", .four, false,
            [
                (.pingIsDue, "beat:endAfterTimeout"), (.get, "[2]"), (.post("3"), "ok beat:pingAfterInterval"),
                (.get, "wait"), (.pingIsDue, "poll[2] beat:endAfterTimeout"), (.deadline, "closeProbe end:pingTimeout"),
                (.deadline, ""), (.pingIsDue, ""),
            ]
        ),
        (
            "a deadline answers the GET", .four, false,
            [(.get, "wait"), (.deadline, "poll[1] closeProbe end:pingTimeout")]
        ),
        ("version 4: clients do not ping", .four, false, [(.post("2"), "no closeProbe end:violation")]),
        (
            "version 3: clients ping", .three, false,
            [
                (.post("2"), "ok beat:endAfterIntervalAndTimeout"), (.get, "[3]"), (.get, "wait"),
                (.post("2x"), "ok poll[3x] beat:endAfterIntervalAndTimeout"),
            ]
        ),
        ("version 3: clients do not pong", .three, false, [(.post("3"), "no closeProbe end:violation")]),
        ("a noop is of no account", .four, false, [(.post("6"), "ok")]),
        ("5 by polling", .four, false, [(.post("5"), "no closeProbe end:violation")]),
        (
            "too much waits", .four, false,
            [(.sendMany(1_024), ""), (.send("4x"), "closeProbe end:tooSlow"), (.get, "refuse")]
        ),
        ("a frame without a WebSocket", .four, false, [(.frame("4a"), ""), (.socketClosed, "")]),
    ]

    static let webSocket: [Trace] = [
        (
            "packets both ways", .four, true,
            [(.frame("4a"), "deliver:4a"), (.send("4b"), "send:4b"), (.get, "refuse"), (.post("4a"), "no")]
        ),
        (
            "the client closes", .four, true,
            [(.frame("1"), "end:closedByClient"), (.frame("4a"), ""), (.get, "refuse")]
        ),
        ("the server closes", .four, true, [(.close, "send:1 end:closedByServer"), (.send("4a"), "")]),
        ("the connection breaks", .four, true, [(.socketClosed, "end:transportClosed"), (.socketClosed, "")]),
        ("a frame that is none", .four, true, [(.badFrame, "end:violation"), (.badFrame, "")]),
        ("an open from a client", .four, true, [(.frame("0{}"), "end:violation")]),
        ("an upgrade of a WebSocket", .four, true, [(.frame("5"), "end:violation")]),
        (
            "heartbeat", .four, true,
            [
                (.pingIsDue, "send:2 beat:endAfterTimeout"), (.frame("3"), "beat:pingAfterInterval"),
                (.deadline, "end:pingTimeout"),
            ]
        ),
        ("version 3 heartbeat", .three, true, [(.frame("2"), "send:3 beat:endAfterIntervalAndTimeout")]),
        ("a second transport", .four, true, [(.probe("2probe"), "closeProbe")]),
    ]

    static let upgrade: [Trace] = [
        (
            "an upgrade", .four, false,
            [
                (.probe("2probe"), "probe:3probe"), (.send("4a"), ""), (.probe("5"), "promote send:4a"),
                (.send("4b"), "send:4b"), (.get, "refuse"), (.post("4x"), "no"), (.frame("4c"), "deliver:4c"),
            ]
        ),
        (
            "an upgrade with a GET that waits", .four, false,
            [
                (.get, "wait"), (.probe("2probe"), "probe:3probe releaseSoon"), (.send("4a"), ""),
                (.release, "poll[6]"), (.release, ""), (.probe("5"), "promote send:4a"),
            ]
        ),
        (
            "5 before the noop", .four, false,
            [
                (.get, "wait"), (.probe("2probe"), "probe:3probe releaseSoon"), (.probe("5"), "poll:400 promote"),
                (.release, ""), (.get, "refuse"),
            ]
        ),
        (
            "a GET while probed", .four, false,
            [
                (.probe("2probe"), "probe:3probe"), (.send("4a"), ""), (.get, "wait releaseSoon"),
                (.release, "poll[6]"),
                (.get, "wait releaseSoon"), (.get, "refuse poll[1] closeProbe end:violation"),
            ]
        ),
        (
            "the probe is lost", .four, false,
            [
                (.probe("2probe"), "probe:3probe"), (.send("4a"), ""), (.probeClosed, ""), (.get, "[4a]"),
                (.probe("2probe"), "probe:3probe"), (.probe("5"), "promote"),
            ]
        ),
        (
            "the probe is lost while a GET waits", .four, false,
            [
                (.get, "wait"), (.probe("2probe"), "probe:3probe releaseSoon"), (.send("4a"), ""),
                (.probeClosed, "poll[4a]"), (.release, ""),
            ]
        ),
        (
            "the probe is lost, nothing waits, and the GET goes on waiting", .four, false,
            [
                (.get, "wait"), (.probe("2probe"), "probe:3probe releaseSoon"), (.probeClosed, ""), (.release, ""),
                (.send("4a"), "poll[4a]"),
            ]
        ),
        ("5 without a probe", .four, false, [(.probe("5"), "closeProbe"), (.get, "wait")]),
        ("a probe that says something else", .four, false, [(.probe("4a"), "closeProbe"), (.get, "wait")]),
        ("another payload in the probe", .four, false, [(.probe("2x"), "closeProbe"), (.get, "wait")]),
        (
            "two probes in a row", .four, false,
            [(.probe("2probe"), "probe:3probe"), (.probe("2probe"), "closeProbe"), (.get, "wait")]
        ),
        ("a frame that is none", .four, false, [(.probe("2probe"), "probe:3probe"), (.badProbe, "closeProbe")]),
        (
            "messages by POST while probed", .four, false,
            [(.probe("2probe"), "probe:3probe"), (.post("4a"), "ok deliver:4a"), (.probe("5"), "promote")]
        ),
        (
            "the client closes while probed", .four, false,
            [
                (.probe("2probe"), "probe:3probe"), (.post("1"), "ok closeProbe end:closedByClient"), (.get, "[6]"),
                (.probe("5"), "closeProbe"),
            ]
        ),
        (
            "the server closes while probed", .four, false,
            [
                (.get, "wait"), (.probe("2probe"), "probe:3probe releaseSoon"),
                (.close, "poll[1] closeProbe end:closedByServer"), (.release, ""), (.probeClosed, ""),
            ]
        ),
        (
            "a ping while probed goes out by the new transport", .four, false,
            [
                (.probe("2probe"), "probe:3probe"), (.pingIsDue, "beat:endAfterTimeout"),
                (.probe("5"), "promote send:2"), (.frame("3"), "beat:pingAfterInterval"),
            ]
        ),
        (
            "version 3 upgrades as well", .three, false,
            [
                (.get, "wait"), (.probe("2probe"), "probe:3probe releaseSoon"), (.release, "poll[6]"),
                (.probe("5"), "promote"), (.frame("2"), "send:3 beat:endAfterIntervalAndTimeout"),
            ]
        ),
    ]

    static let traces = polling + webSocket + upgrade

    @Test("does what its diagram says", arguments: traces.indices)
    func trace(index: Int) {
        let trace = Self.traces[index]
        var state = EngineIOState(version: trace.version, isWebSocket: trace.isWebSocket)
        for (number, (step, expected)) in trace.steps.enumerated() {
            #expect(Self.take(step, &state) == expected, "\(trace.name), step \(number): \(step)")
        }
    }

    @Test func beginning() {
        #expect(
            EngineIOState(version: .four, isWebSocket: false).firstHeartbeat == .restartHeartbeat(.pingAfterInterval))
        let three = EngineIOState(version: .three, isWebSocket: true)
        #expect(three.firstHeartbeat == .restartHeartbeat(.endAfterIntervalAndTimeout))
        #expect(three.isWebSocket && !three.isUpgradable && !three.isPollWaiting && !three.isClosed)
    }
}
