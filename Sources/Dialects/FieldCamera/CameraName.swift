import Domain

/// The id of a camera, made out of what it calls itself.
///
/// Cameras in the field were named freely (`Gate 1`, `กล้องหน้า`), and none of their reads may be lost for that. A name
/// that fits `DeviceID` is the id. Any other becomes its fitting characters, a hyphen for each run of others, and the
/// first eight hexadecimal digits of its SHA-256, so that two names never share an id and one name always has the same:
/// `Gate 1` becomes `Gate-1-` and the digits. Blanks at both ends do not count.
struct CameraName {
    let id: DeviceID
    /// As the camera says it, when that is no id.
    let asSent: String?

    private static let keptLength = 41

    /// Nil when there is nothing but blanks.
    init?(_ text: String) {
        let text = FieldMembers.trimmed(text)
        guard !text.isEmpty else { return nil }
        if let id = DeviceID(text) {
            self.id = id
            asSent = nil
            return
        }
        var kept = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if kept.isEmpty ? DeviceID("\(scalar)") != nil : DeviceID("x\(scalar)") != nil {
                kept.unicodeScalars.append(scalar)
            } else if !kept.isEmpty, kept.last != "-" {
                kept.append("-")
            }
            if kept.utf8.count == Self.keptLength { break }
        }
        if kept.isEmpty { kept = "camera" }
        if kept.last != "-" { kept.append("-") }
        guard let id = DeviceID(kept + FrameIdentity.digest([text]).prefix(8)) else { return nil }
        self.id = id
        asSent = FieldMembers.line(FieldMembers.beginning(of: text))
    }
}

extension FieldMembers {
    /// `camera_id` wins over `aicamera_id`, both over `device_id`.
    /// - Throws: `MessageRejection` when none is there and the sender's key has no device of its own.
    mutating func device(default defaultDevice: DeviceID?) throws(MessageRejection) -> CameraName {
        for name in ["camera_id", "aicamera_id", "device_id", "edge_device_id"] {
            guard let (_, value) = take(name) else { continue }
            if let text = Self.text(value), let device = CameraName(text) {
                // The others are not lost: they are told with what nobody asked for.
                return device
            }
            fault(name, "is \(value.kindName) and was left out")
        }
        guard let defaultDevice, let device = CameraName(defaultDevice.text) else {
            throw MessageRejection(fields: [FieldError("camera_id", "is missing; name the camera that sends this")])
        }
        return device
    }
}
