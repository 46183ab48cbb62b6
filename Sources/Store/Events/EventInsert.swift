public import Domain
import GRDB

extension WriteContext {
    /// Writes an event and its row of the change feed, unless its id is there already; with the picture that has come
    /// before it, if there is one.
    public func insert(_ event: LPREvent) throws -> EventOutcome {
        var event = event
        event.rowID = nextEventRowID
        event.createdAt = now
        event.updatedAt = now
        let joining = FileJoining(context: self)
        var file: ReceivedFileRecord?
        if event.imagePath == nil, event.announcedImagePath != nil || unclaimedFiles > 0 {
            file = try joining.file(for: event)
            if let file {
                event.imagePath = file.picturePath
                event.thumbnailPath = file.thumbnailPath
                event.imageFileID = file.id
                event.imageSHA256 = file.sha256
                event.imageBytes = file.pictureBytes
            }
        }
        let inserted = try statements.insertEvent.run { row in
            row.bind(event.rowID)
            row.bind(event.eventID)
            row.bind(event.edgeDeviceID)
            row.bind(event.licensePlate)
            row.bind(event.plateKey)
            row.bind(event.plateKind?.rawValue)
            row.bind(event.province)
            row.bind(event.provinceCode)
            row.bind(event.confidence)
            row.bind(event.capturedAt)
            row.bind(event.sentAt)
            row.bind(event.receivedAt)
            row.bind(event.sourceProtocol.rawValue)
            row.bind(event.clockSkewMilliseconds)
            row.bind(event.frameID)
            row.bind(event.imagePath)
            row.bind(event.announcedImagePath)
            row.bind(event.plateImagePath)
            row.bind(event.thumbnailPath)
            row.bind(event.note)
            row.bind(event.metadata)
            row.bind(event.contentDigest)
            row.bind(event.createdAt)
            row.bind(event.updatedAt)
            row.bind(event.imageFileID)
            row.bind(event.imageSHA256)
            row.bind(event.imageBytes)
        }
        guard inserted == 0 else {
            nextEventRowID += 1
            try recordChange(.eventStored(event))
            if let file {
                try settle(file, as: [event.eventID])
            } else if event.imagePath == nil, event.announcedImagePath != nil {
                try AwaitedPicture.insert(event, database)
            }
            return .created(event)
        }
        let rowID = try statements.eventByID.first({ $0.bind(event.eventID) }, row: { $0.int64(0) })
        guard let rowID, let stored = try LPREvent.fetch(rowID: rowID, database) else {
            throw StoreError(.internalError, operation: "store an event", detail: "neither stored nor found")
        }
        return stored.contentDigest == event.contentDigest ? .duplicate(stored) : .conflict(stored)
    }
}
