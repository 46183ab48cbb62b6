import Domain
import GRDB

import struct Foundation.Data

extension LPREvent {
    /// The columns that `init(row:)` reads, in its order.
    static let columns = """
        e.id, e.event_id, e.edge_device_id, e.license_plate, e.plate_key, e.plate_kind, e.province, e.province_code,
        e.confidence, e.captured_at, e.sent_at, e.received_at, e.created_at, e.updated_at, e.source_protocol,
        e.clock_skew_ms, e.frame_id, e.image_path, e.plate_image_path, e.thumbnail_path, e.note, e.first_plate,
        e.first_province, e.corrected_at, e.corrected_by, e.metadata, e.content_digest, e.announced_image_path,
        e.image_file_id, e.keep, e.pictures_removed_at, e.image_sha256, e.image_bytes
        """
    /// Where some stand among them.
    static let capturedAtColumn = 9
    static let receivedAtColumn = 11

    init(row: Row) {
        let correctedAt = row[23] as Int64?
        self.init(
            rowID: row[0], eventID: row[1], edgeDeviceID: row[2], licensePlate: row[3], plateKey: row[4],
            plateKind: (row[5] as String?).flatMap(PlateKind.init(rawValue:)), province: row[6], provinceCode: row[7],
            confidence: row[8], capturedAt: Instant(microseconds: row[9]),
            sentAt: (row[10] as Int64?).map(Instant.init(microseconds:)),
            receivedAt: Instant(microseconds: row[11]), createdAt: Instant(microseconds: row[12]),
            updatedAt: Instant(microseconds: row[13]),
            sourceProtocol: SourceProtocol(rawValue: row[14]) ?? .http, clockSkewMilliseconds: row[15],
            frameID: row[16], imagePath: row[17], announcedImagePath: row[27], imageFileID: row[28],
            imageSHA256: (row[31] as Data?).map(Array.init), imageBytes: row[32], plateImagePath: row[18],
            thumbnailPath: row[19], note: row[20],
            correction: correctedAt.map {
                Correction(
                    firstPlate: row[21], firstProvince: row[22], correctedAt: Instant(microseconds: $0),
                    correctedBy: row[24] ?? "")
            },
            metadata: row[25], contentDigest: Array(row[26] as Data), isKept: row[29],
            picturesRemovedAt: (row[30] as Int64?).map(Instant.init(microseconds:)))
    }

    static func fetch(rowID: Int64, _ database: Database) throws -> LPREvent? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT \(columns) FROM lpr_events e WHERE e.id = ?"), arguments: [rowID]
        ).map(LPREvent.init(row:))
    }

    static func fetch(eventID: String, _ database: Database) throws -> LPREvent? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT \(columns) FROM lpr_events e WHERE e.event_id = ?"),
            arguments: [eventID]
        ).map(LPREvent.init(row:))
    }
}
