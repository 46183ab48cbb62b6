import Domain
import GRDB
import Store
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Each file in `Databases` was made by the release whose newest migration it is named after.
@Suite("Databases of earlier releases")
struct MigrationTests {
    private static let databases =
        #filePath.split(separator: "/").dropLast()
        .reduce(into: "") { $0 += "/" + $1 } + "/Databases/"

    private func withCopy(of name: String, _ body: (Store) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.databases + name))
            try bytes.write(to: URL(fileURLWithPath: directory + "/appliance.sqlite"))
            try await withOpenStore(directory, HeldClock()) { store in
                #expect(store.openingReport.damage == nil)
                try await body(store)
            }
        }
    }

    @Test("004: the feed has a name, pictures of before have no hash, and a file that waits is joined with its hash")
    func fourth() async throws {
        try await withCopy(of: "004.sqlite") { store in
            let birth = try #require(try await store.read { try FeedLineage.opening(of: 0, $0) })
            #expect(birth.utf8.count == 32)
            #expect(try await store.read { try FeedLineage.current($0) } == birth)
            #expect(try await store.read { try FeedLineage.opening(of: 9, $0) } == nil)
            #expect(try await store.read { try UpstreamMark($0) } == UpstreamMark())
            #expect(try await store.count("upstream_parked") == 0)

            let old = try #require(try await store.event("pic-1"))
            #expect(old.imagePath != nil && old.imageSHA256 == nil && old.imageBytes == nil)
            #expect(try await store.event("old-1")?.isKept == true)
            let batch = try await store.read { try FeedBatch.read(after: 0, rows: 100, bytes: 1 << 20, $0) }
            #expect(batch.rows == 8 && batch.last == 8 && batch.isComplete && !batch.hasMore)
            #expect(batch.events.map(\.eventID) == ["old-1", "old-2", "pic-1", "waits-1"])
            #expect(batch.deletedEventIDs == ["old-3"] && batch.devices.map(\.deviceID) == ["gate-1"])

            var late = scratchEvent("late")
            late.announcedImagePath = "late-1.png"
            late.createdAt = HeldClock.start
            try await store.insert([late])
            let joined = try #require(try await store.event("late"))
            #expect(
                joined.imagePath != nil && joined.imageSHA256?.prefix(2) == [0x91, 0x83] && joined.imageBytes == nil)
            #expect(try await store.read { try FeedLineage.opening(of: 9, $0) } == store.openingID)
            #expect(try await store.read { try FeedLineage.opening(of: 8, $0) } == birth)
        }
    }

    @Test("002: what waits for brokers and files is there; events that announced a picture wait for it")
    func second() async throws {
        try await withCopy(of: "002.sqlite") { store in
            #expect(try await store.count("lpr_events") == 6)
            #expect(try await store.count("mqtt_outbox") == 1)
            let transfer = try await store.read {
                try FileTransferRecord.fetch(deviceID: "gate-1", path: "2026/w2.jpg", $0)
            }
            #expect(transfer?.requestID == "r-1" && transfer?.eventID == nil && transfer?.answerTopic == nil)
            #expect(try await store.count("awaited_pictures") == 2)
            let event = try #require(try await store.event("waits-1"))
            #expect(event.announcedImagePath == "/data/lpr_images/w1.jpg" && event.imageFileID == nil)

            try await store.insert([scratchEvent("new")])
            #expect(try await store.count("received_files") == 0)
            #expect(try await store.count("device_keys") == 0)
        }
    }

    @Test("001: events, devices, log, feed and rejected messages are there, and new rows can be written")
    func first() async throws {
        try await withCopy(of: "001.sqlite") { store in
            let event = try #require(try await store.event("old-2"))
            #expect(event.licensePlate == "1กก 1232" && event.provinceCode == "TH-10" && event.confidence == 0.92)
            #expect(event.capturedAt.rfc3339 == "2026-07-02T01:02:03.000Z")
            #expect(try await store.count("lpr_events") == 3)
            #expect(try await store.count("changes") == 6)
            #expect(try await store.count("communication_logs") == 4)
            #expect(try await store.count("communication_statistics") == 1)
            let device = try await store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
            #expect(device?.health == #"{"cpu_usage":12}"# && device?.lastSeen != nil)
            let rejected = try await store.read { try RejectedMessageRow.page(after: nil, limit: 10, $0) }.messages
            #expect(rejected.map(\.reason) == ["confidence is 7.0; it must be between 0 and 1"])
            #expect(rejected.map(\.topic) == [nil])

            try await store.insert([scratchEvent("new")])
            try await store.write { context in
                try context.keep(
                    RejectedMessage(
                        receivedAt: context.now, protocol: .mqtt, peer: "broker", deviceID: nil, topic: "a/b",
                        reason: "no JSON", payload: []))
                try context.keep(
                    DeliveryRecord(place: 1, broker: "broker", packetID: 2, digest: [3], eventIDs: ["new"]))
                try context.announceFile(deviceID: "gate-1", path: "x", requestID: nil, size: 1, sha256: nil)
            }
            let page = try await store.read { try FeedPage.after(0, limit: 100, $0) }
            #expect(page.lastSequence == 7 && page.isComplete)
            #expect(try await store.count("file_transfers") == 1)
            #expect(try await store.count("mqtt_outbox") == 0)
            let newest = try await store.read { try RejectedMessageRow.page(after: nil, limit: 1, $0) }.messages
            #expect(newest.map(\.topic) == ["a/b"])

            #expect(!event.isKept && event.picturesRemovedAt == nil)
            #expect(try await store.count("storage_use") == 0)
            try await store.execute("UPDATE lpr_events SET image_path = 'x.jpg' WHERE event_id = 'old-2'")
            #expect(try await store.sweepCandidates(.pictures, after: 0, limit: 10).map(\.eventID) == ["old-2"])
        }
    }
}
