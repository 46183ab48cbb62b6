import Domain
import Store

// The order is that of the columns in `CentreTable`, after `is_deleted`.

extension CopyText {
    static let eventColumns = "is_deleted, " + CentreTable.events.names
    static let deviceColumns = "is_deleted, " + CentreTable.devices.names
    static let logColumns = CentreTable.logs.names

    mutating func row(_ event: LPREvent) {
        value(false)
        value(event.eventID)
        value(event.capturedAt)
        value(event.receivedAt)
        value(event.sentAt)
        value(event.createdAt)
        value(event.updatedAt)
        value(event.correction?.correctedAt)
        value(event.picturesRemovedAt)
        value(event.clockSkewMilliseconds)
        value(event.imageBytes)
        value(event.confidence)
        value(event.isKept)
        value(event.edgeDeviceID)
        value(event.licensePlate)
        value(event.plateKey)
        value(event.plateKind?.rawValue)
        value(event.province)
        value(event.provinceCode)
        value(event.sourceProtocol.rawValue)
        value(event.frameID)
        value(event.imagePath)
        value(event.announcedImagePath)
        value(event.plateImagePath)
        value(event.thumbnailPath)
        value(event.imageSHA256)
        value(event.note)
        value(event.correction?.firstPlate)
        value(event.correction?.firstProvince)
        value(event.correction?.correctedBy)
        value(event.metadata)
        value(event.contentDigest)
        endRow()
    }

    mutating func row(_ device: EdgeDevice) {
        value(false)
        value(device.deviceID)
        value(device.name)
        value(device.hostname)
        // The centre's type knows no zone of a link-local address (`fe80::1%eth0`).
        value(device.ipAddress.map { String($0.prefix { $0 != "%" }) })
        value(device.status.rawValue)
        value(device.site)
        value(device.checkpoint)
        value(device.lastSeen)
        value(device.protocols.map(\.rawValue))
        value(device.health)
        value(device.createdAt)
        value(device.updatedAt)
        endRow()
    }

    mutating func row(_ entry: CommunicationLogRow) {
        value(entry.id)
        value(entry.protocol)
        value(entry.direction.rawValue)
        value(entry.source)
        value(entry.destination)
        value(entry.messageType)
        value(entry.isSuccess)
        value(entry.latencyMilliseconds)
        value(entry.byteCount)
        value(entry.errorMessage)
        value(entry.isFromTrustedNetwork)
        value(entry.createdAt)
        endRow()
    }

    /// A deleted row: its key, and nothing in the `width` columns behind it.
    mutating func tombstone(_ key: String, width: Int) {
        value(true)
        value(key)
        for _ in 0..<width { null() }
        endRow()
    }
}
