import Crypto
import Domain

/// The ids of a frame and its events, made of what stays the same when a camera sends it again (invariant 3).
///
///     event  "cam-" + 40 hexadecimal digits of SHA-256 (device, moment, plate, what tells it apart, which of equals)
///     frame  "frame-" + 32 hexadecimal digits of SHA-256 (device, moment, all plates with what tells them apart)
///
/// The moment is `created_at`, because `timestamp` is overwritten with the time of each sending; only a message without
/// `created_at` goes by `timestamp`. What tells a plate apart is its box. A frame without a plate, of which there may be
/// several in the second that `created_at` has, is told by its detections, else by its picture.
struct FrameIdentity {
    let device: DeviceID
    /// Nil when the message has neither a time nor a picture: then nothing tells a repeat from another read, and each
    /// is an event of its own.
    let moment: String?
    private var seen: [[String]: Int] = [:]

    init(device: DeviceID, moment: String?) {
        self.device = device
        self.moment = moment
    }

    /// The id of the next event. The same plate in the same place twice is two events.
    mutating func event(plate: String?, mark: String) -> EventID? {
        guard let moment else { return nil }
        let key = [plate ?? "", mark]
        seen[key, default: 0] += 1
        let parts = [device.text, moment] + key + ["\(seen[key] ?? 1)"]
        return EventID("cam-" + Self.digest(parts).prefix(40))
    }

    func frame(plates: [(plate: String?, mark: String)]) -> String {
        let parts = [device.text, moment ?? ""] + plates.flatMap { [$0.plate ?? "", $0.mark] }
        return "frame-" + Self.digest(parts).prefix(32)
    }

    /// The hexadecimal SHA-256 of texts, each behind its length, so that no two lists look alike.
    static func digest(_ parts: [String]) -> String {
        var hash = SHA256()
        for part in parts {
            withUnsafeBytes(of: Int64(part.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Array(part.utf8))
        }
        return hexadecimal(hash.finalize())
    }

    static func digest(of picture: PictureBytes) -> String { hexadecimal(SHA256.hash(data: picture.bytes)) }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(text)
    }
}
