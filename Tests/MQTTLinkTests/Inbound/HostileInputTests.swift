import Dialects
import Domain
import Gateway
import TestSupport
import Testing

@testable import MQTTLink

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Whatever a broker delivers is read, or refused in words; nothing else happens.
struct HostileInputTests {
    /// `LPR_FUZZ_ROUNDS` makes it longer.
    private static let rounds =
        ProcessInfo.processInfo.environment["LPR_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 20_000

    private static let topics = [
        "lpr/data/edge/gate-1", "system/status/gate-1", "file/transfer/request", "file/transfer/request/gate-1",
        "aicamera/edge/gate-1/detection", "cameras/7/reads",
    ]

    /// The messages of the cameras in the field, and our own.
    private static func seeds() throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: "\(#filePath)").deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("DialectsTests/Golden")
        let golden = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".expected.json") }.sorted()
            .map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) }
        let own = [
            #"{"event_id":"a","edge_device_id":"gate-1","license_plate":"1กก 1234","confidence":0.5,"metadata":{}}"#,
            #"{"request_id":"r","device_id":"gate-1","path":"a/b.jpg","size":5,"sha256":"00"}"#, "online",
        ]
        return golden + own.map { Array($0.utf8) }
    }

    private static func topic(_ generator: inout SeededGenerator) -> String {
        let topic = topics.randomElement(using: &generator) ?? ""
        guard Int.random(in: 0..<3, using: &generator) == 0 else { return topic }
        return String(decoding: mutated(Array(topic.utf8), using: &generator), as: UTF8.self)
    }

    @Test func everythingHasAnAnswer() throws {
        var generator = SeededGenerator(40)
        let seeds = try Self.seeds()
        #expect(seeds.count > 20)
        for round in 0..<Self.rounds {
            var payload = seeds.randomElement(using: &generator) ?? []
            if round % 8 != 0 { payload = mutated(payload, using: &generator) }
            let message = InboundMessage(
                topic: Self.topic(&generator), payload: payload, qos: 1, packetID: 1,
                isRetained: Bool.random(using: &generator))
            guard case .content(let content, let device, let request) = InboundRouterTests.router.route(message)
            else { continue }
            if let fault = Self.fault(content, device, request) { Issue.record("round \(round): \(fault)") }
        }
    }

    /// What must never come out of a message.
    private static func fault(
        _ content: IntakeDelivery.Content, _ device: DeviceID?, _ request: TransferRequest?
    ) -> String? {
        switch content {
        case .unreadable(let rejection): return rejection.reason.isEmpty ? "a rejection without a reason" : nil
        case .event(let draft): return draft.edgeDeviceID == device ? nil : "an event of another device"
        case .frame(let frame):
            let isOfOne = frame.device == device && frame.events.allSatisfy { $0.edgeDeviceID == frame.device }
            return frame.events.isEmpty || !isOfOne ? "a frame of nothing or of others" : nil
        case .health(let health, _): return health.device == device ? nil : "health of another device"
        case .registration(let registration): return registration.device == device ? nil : "another device"
        case .announcement(let announcement):
            let isInside = !announcement.path.hasPrefix("/") && !announcement.path.split(separator: "/").contains("..")
            return isInside && announcement.size > 0 && request != nil ? nil : "a file outside, or nobody to answer"
        }
    }
}
