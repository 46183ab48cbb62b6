import Domain
import GRDB
import Testing

@testable import Store

@Suite struct RejectedMessageRowTests {
    @Test func messagesArePagedNewestFirst() async throws {
        try await withScratchStore { store, _ in
            try await store.write { context in
                for number in 1...5 {
                    try context.keep(
                        RejectedMessage(
                            receivedAt: HeldClock.start + .seconds(number), protocol: .mqtt, peer: "192.0.2.\(number)",
                            deviceID: number == 1 ? nil : "cam", reason: "confidence: is 1.2",
                            payload: "{\(number)".utf8))
                }
            }
            let first = try await store.read { try RejectedMessageRow.page(after: nil, limit: 3, $0) }
            #expect(first.messages.map(\.payload) == ["{5", "{4", "{3"])
            let next = try #require(first.next)
            let second = try await store.read { try RejectedMessageRow.page(after: next, limit: 3, $0) }
            #expect(second.messages.map(\.id) == [2, 1])
            #expect(second.next == nil)
            let oldest = try #require(second.messages.last)
            #expect(oldest.peer == "192.0.2.1" && oldest.deviceID == nil && oldest.protocol == "mqtt")
            #expect(oldest.reason == "confidence: is 1.2" && oldest.payloadByteCount == 2)
            #expect(oldest.receivedAt == HeldClock.start + .seconds(1))
        }
    }

    /// Bytes, whether more followed, text.
    static let payloads: [([UInt8], Bool, String)] = [
        ([], false, ""),
        (Array("ป้าย".utf8), false, "ป้าย"),
        (Array("ป้าย".utf8), true, "ป้าย"),
        (Array("ก".utf8.dropLast()), true, ""),
        (Array("aก".utf8.dropLast(2)), true, "a"),
        (Array("a🚗".utf8.dropLast()), true, "a"),
        // Cut off by the sender itself: shown as wrong.
        (Array("aก".utf8.dropLast()), false, "a\u{FFFD}"),
        ([0xFF, 0xD8, 0xFF, 0x41], false, "\u{FFFD}\u{FFFD}\u{FFFD}A"),
        ([0x61, 0x80, 0x80, 0x80, 0x80, 0x80], true, "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ([0x61, 0x00, 0x62], false, "a\u{0}b"),
    ]

    @Test(arguments: payloads)
    func aPayloadIsShownAsText(_ bytes: [UInt8], _ isCutOff: Bool, _ expected: String) {
        #expect(RejectedMessageRow.text(bytes, isCutOff: isCutOff) == expected)
    }

    @Test func aLongPayloadKeepsWholeCharactersAndItsSize() async throws {
        try await withScratchStore { store, _ in
            let payload = [UInt8](repeating: 0x61, count: RejectedMessage.payloadLimit - 1) + Array("กก".utf8)
            try await store.write {
                try $0.keep(
                    RejectedMessage(
                        receivedAt: HeldClock.start, protocol: .http, peer: "p", deviceID: nil, reason: "r",
                        payload: payload))
            }
            let message = try await store.read { try RejectedMessageRow.page(after: nil, limit: 1, $0).messages.first }
            #expect(message?.payload == String(repeating: "a", count: RejectedMessage.payloadLimit - 1))
            #expect(message?.payloadByteCount == Int64(payload.count))
        }
    }
}
