public import Domain
import GRDB

/// What a person changes of a stored event.
public struct EventCorrection: Sendable {
    /// Nil leaves the plate; `.some(nil)` says that there is none.
    public var plate: Plate??
    public var province: (text: String, code: String?)??
    public var note: String??
    /// Whether the event and its pictures are to stay when room is made.
    public var isKept: Bool?

    public init(
        plate: Plate?? = nil, province: (text: String, code: String?)?? = nil, note: String?? = nil,
        isKept: Bool? = nil
    ) {
        self.plate = plate
        self.province = province
        self.note = note
        self.isKept = isKept
    }
}

extension WriteContext {
    /// Corrects an event; the first reading is kept, the change goes into the feed and the audit log.
    /// - Returns: the event as it is now; nil when there is no such event.
    public func correct(eventID: String, _ correction: EventCorrection, by actor: String) throws -> LPREvent? {
        guard let before = try LPREvent.fetch(eventID: eventID, database) else { return nil }
        var event = before
        if let plate = correction.plate {
            event.licensePlate = plate?.text
            event.plateKey = plate?.key
            event.plateKind = plate?.kind
        }
        if let province = correction.province {
            event.province = province?.text
            event.provinceCode = province?.code
        }
        if let note = correction.note { event.note = note }
        if let isKept = correction.isKept { event.isKept = isKept }
        guard event != before else { return before }
        event.updatedAt = now
        if event.licensePlate != before.licensePlate || event.province != before.province {
            event.correction = LPREvent.Correction(
                firstPlate: before.correction.map(\.firstPlate) ?? before.licensePlate,
                firstProvince: before.correction.map(\.firstProvince) ?? before.province,
                correctedAt: now, correctedBy: actor)
        }
        if event.plateKey != before.plateKey {
            try SearchIndex.remove(rowID: event.rowID, plateKey: before.plateKey, self)
        }
        try database.execute(
            sql: """
                UPDATE lpr_events SET license_plate = ?, plate_key = ?, plate_kind = ?, province = ?,
                    province_code = ?, note = ?, first_plate = ?, first_province = ?, corrected_at = ?,
                    corrected_by = ?, updated_at = ?, keep = ?
                WHERE id = ?
                """,
            arguments: [
                event.licensePlate, event.plateKey, event.plateKind?.rawValue, event.province, event.provinceCode,
                event.note, event.correction?.firstPlate, event.correction?.firstProvince,
                event.correction?.correctedAt.microseconds, event.correction?.correctedBy,
                event.updatedAt.microseconds, event.isKept, event.rowID,
            ])
        if event.plateKey != before.plateKey {
            try SearchIndex.add(rowID: event.rowID, plateKey: event.plateKey, self)
        }
        try recordChange(.eventCorrected(event))
        try audit(
            actor: actor, action: "event.correct", object: eventID,
            detail: [
                "plate_before": .optional(before.licensePlate), "plate_after": .optional(event.licensePlate),
                "province_before": .optional(before.province), "province_after": .optional(event.province),
                "note_before": .optional(before.note), "note_after": .optional(event.note),
                "keep_before": .bool(before.isKept), "keep_after": .bool(event.isKept),
            ])
        return event
    }

    /// Deletes an event; pictures that only it named may be unlinked once this is committed (invariant 8).
    /// - Returns: nil when there is none.
    public func delete(eventID: String, by actor: String) throws -> DeletedEvent? {
        guard let event = try LPREvent.fetch(eventID: eventID, database) else { return nil }
        try SearchIndex.removeForGood(rowID: event.rowID, plateKey: event.plateKey, self)
        try database.execute(sql: "DELETE FROM lpr_events WHERE id = ?", arguments: [event.rowID])
        try recordChange(.eventDeleted(eventID: eventID))
        try audit(
            actor: actor, action: "event.delete", object: eventID,
            detail: ["plate": .optional(event.licensePlate), "device": .string(event.edgeDeviceID)])
        let paths = [event.imagePath, event.plateImagePath].compactMap { $0 }
        return DeletedEvent(
            event: event,
            unnamedPictures: try SharedPictures.unnamed(
                of: paths, device: event.edgeDeviceID, capturedAt: event.capturedAt.microseconds,
                frameID: event.frameID, fileID: event.imageFileID, database))
    }
}

/// An event that is gone.
public struct DeletedEvent: Sendable {
    /// As it was.
    public let event: LPREvent
    /// Paths of its pictures that no other event names.
    public let unnamedPictures: [String]
}
