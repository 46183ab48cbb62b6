/// How stored pictures are called.
///
///     YYYY/MM/DD/ EVENT - HASH [-plate] . EXTENSION       the day in UTC
///     YYYY/MM/DD/ EVENT - HASH .thumb.jpg                 the thumbnail of EVENT-HASH.jpg
///
/// `HASH` is the start of the picture's SHA-256, so that the same picture of the same event has the same path
/// however often it is sent, and other content has another one. `EVENT` is the event id, encoded so that two ids
/// never share a name: a picture belongs to exactly one event and goes when that event goes.
enum PictureName {
    static let thumbnailEnding = ".thumb.jpg"

    /// Bytes of `EVENT` at most; above it the id is cut and its hash is added.
    private static let maximumEventLength = 120

    static func path(
        eventID: String,
        role: PictureRole,
        capturedAt: Int64,
        format: PictureFormat,
        hash: String
    ) throws(MediaError) -> PicturePath {
        let suffix = role == .plateImage ? "-plate" : ""
        let name = "\(encoded(eventID))-\(hash)\(suffix).\(format.fileExtension)"
        return try PicturePath("\(DayFolder.path(microsecondsSince1970: capturedAt))/\(name)")
    }

    /// `A–Z a–z 0–9 . _ : -` stand for themselves, except a dot in front (it would hide the file); every other byte of
    /// the UTF-8 becomes `~` and two hexadecimal digits.
    static func encoded(_ eventID: String) -> String {
        var text = ""
        for (index, byte) in eventID.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: ".") where index > 0, UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                text += "~" + hexadecimal([byte])
            }
        }
        guard text.utf8.count > maximumEventLength else { return text }
        // "~~" cannot come out of the encoding above, so a cut name never equals a whole one.
        return text.prefix(maximumEventLength) + "~~" + hexadecimal(Digest.sha256(Array(eventID.utf8)).prefix(16))
    }
}

/// Lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
