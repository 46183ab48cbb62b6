public import Domain

extension LPREvent {
    /// About how many bytes the row has on its way to another database: its texts, and the rest at a flat rate.
    public var transferBytes: Int {
        var bytes = 240 + eventID.utf8.count + edgeDeviceID.utf8.count + metadata.utf8.count
        for text in [
            licensePlate, plateKey, province, frameID, imagePath, announcedImagePath, plateImagePath, thumbnailPath,
            note, correction?.firstPlate, correction?.firstProvince, correction?.correctedBy,
        ] {
            bytes += text?.utf8.count ?? 0
        }
        return bytes
    }
}

extension EdgeDevice {
    /// As `LPREvent.transferBytes`.
    public var transferBytes: Int {
        var bytes = 120 + deviceID.utf8.count
        for text in [name, hostname, ipAddress, site, checkpoint, health] { bytes += text?.utf8.count ?? 0 }
        return bytes
    }
}
