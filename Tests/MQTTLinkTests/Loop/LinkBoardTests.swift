import Domain
import Gateway
import Testing

@testable import MQTTLink

struct LinkBoardTests {
    private static let first = "mqtt://first:1883"
    private static let second = "mqtt://second:1883"

    private func board(_ brokers: [String] = [first, second]) -> LinkBoard {
        LinkBoard(brokers: brokers, clientID: "lpr-box")
    }

    private func connect(_ board: LinkBoard, _ broker: String) {
        board.note(
            .connected(
                broker: broker, isFirst: broker == Self.first, version: "5.0", since: Instant(seconds: 1_700_000_000)))
    }

    @Test func withoutBrokersItIsOff() {
        #expect(board([]).status(waiting: 0, dropped: 0).state == .off)
    }

    @Test func theFirstAttemptIsNoFailureYet() {
        let board = board()
        board.note(.connecting(broker: Self.first))
        let status = board.status(waiting: 0, dropped: 0)
        #expect(status.state == .degraded)
        #expect(status.problem == "connecting to mqtt://first:1883")
    }

    @Test func withoutAConnectionAllBrokersSayWhy() {
        let board = board()
        board.note(problem: "connection refused", at: Self.first)
        board.note(problem: "its name cannot be looked up", at: Self.second)
        board.note(.waiting)
        let status = board.status(waiting: 3, dropped: 0)
        #expect(status.state == .failed)
        #expect(
            status.problem
                == "mqtt://first:1883: connection refused; mqtt://second:1883: its name cannot be looked up")
        #expect(status.connectedNow == 0)
        #expect(status.details.first { $0.name == "waiting" }?.value == .integer(3))
    }

    @Test func connectedToTheFirstAllIsWell() {
        let board = board()
        board.note(problem: "connection refused", at: Self.first)
        connect(board, Self.first)
        let status = board.status(waiting: 0, dropped: 0)
        #expect(status.state == .ok)
        #expect(status.problem == nil)
        #expect(status.connectedNow == 1)
        #expect(status.details.first { $0.name == "connected_since" }?.value == "2023-11-14T22:13:20.000Z")
    }

    @Test func connectedToALaterOneTheFirstSaysWhy() {
        let board = board()
        board.note(problem: "connection refused", at: Self.first)
        connect(board, Self.second)
        let status = board.status(waiting: 0, dropped: 0)
        #expect(status.state == .degraded)
        #expect(status.problem == "mqtt://first:1883: connection refused")
    }

    @Test func topicsThatAreRefusedAreTold() {
        let board = board()
        connect(board, Self.first)
        #expect(board.note(refusedTopic: "lpr/data/processed"))
        #expect(!board.note(refusedTopic: "lpr/data/processed"))
        #expect(board.status(waiting: 0, dropped: 0).state == .degraded)
        // The next connection asks anew.
        connect(board, Self.first)
        #expect(board.status(waiting: 0, dropped: 0).state == .ok)
    }

    @Test func withheldAcknowledgementsAreAFailure() {
        let board = board()
        connect(board, Self.first)
        board.note(withheld: "nothing is acknowledged to the broker: the disk is full")
        #expect(board.status(waiting: 0, dropped: 0).state == .failed)
        board.note(withheld: nil)
        #expect(board.status(waiting: 0, dropped: 0).state == .ok)
    }
}
