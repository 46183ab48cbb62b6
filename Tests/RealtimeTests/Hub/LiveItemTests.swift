import Domain
import Gateway
import NIOCore
import Testing

@testable import Realtime

@Suite("Frames of live items")
struct LiveItemTests {
    private static func payload(_ frame: ByteBuffer) -> [UInt8] {
        let bytes = Array(buffer: frame)
        return Array(bytes.dropFirst(bytes[1] < 126 ? 2 : 4))
    }

    @Test(
        "JSON with the cursor in it",
        arguments: [
            ("{}", nil, nil, "{}", nil), ("{\"a\":1}", nil, nil, "{\"a\":1}", nil),
            ("{}", 7, nil, "{\"sequence\":7}", 7), ("{\"a\":1}", 7, nil, "{\"a\":1,\"sequence\":7}", 7),
            ("{\"a\":1}", nil, 8, "{\"a\":1,\"sequence\":8}", 8), ("{}", nil, 8, "{\"sequence\":8}", 8),
        ] as [(String, Int64?, Int64?, String, Int64?)])
    func cursor(data: String, sequence: Int64?, cursor: Int64?, expected: String, id: Int64?) throws {
        let item = LiveItem(.received, Array(data.utf8), sequence: sequence, cursor: cursor)
        let plain = try JSONParser.parse(Self.payload(item.plainFrame))
        #expect(plain.objectValue?["event"] == "lpr_event_received")
        #expect(plain.objectValue?["data"]?.text == expected)
        #expect(plain.objectValue?["id"]?.integerValue == id)
        #expect(String(buffer: item.socketIOMessage) == "2[\"lpr_event_received\",\(expected)]")
        #expect(Self.payload(item.socketIOFrame) == [UInt8(ascii: "4")] + Array(buffer: item.socketIOMessage))
        #expect(item.plainFrame == item.plainFrame && item.sequence == sequence)
    }

    @Test("a stored event is told twice")
    func stored() throws {
        let now = Instant(seconds: 1_795_395_600)
        let event = LPREvent(
            eventID: "e", edgeDeviceID: "gate \"1\"", licensePlate: "1กก 1", plateKey: "1กก1", capturedAt: now,
            receivedAt: now, createdAt: now, updatedAt: now, sourceProtocol: .http)
        let items = LiveItem.items(of: .eventStored(event), sequence: 3)
        #expect(items.map(\.name) == [.received, .processed] && items.allSatisfy { $0.sequence == 3 })
        for item in items {
            let frame = try JSONParser.parse(Self.payload(item.plainFrame)).objectValue
            #expect(frame?["data"]?.objectValue?["event_id"] == "e")
            #expect(frame?["data"]?.objectValue?["edge_device_id"] == "gate \"1\"")
            #expect(item.device == "gate \"1\"" && item.plateKey == Array("1กก1".unicodeScalars))
        }
        #expect(LiveItem.items(of: .deviceChanged(deviceID: "x"), sequence: 1).isEmpty)
        #expect(LiveItem.items(of: .eventDeleted(eventID: "e"), sequence: 1).map(\.name) == [.deleted])
    }
}
