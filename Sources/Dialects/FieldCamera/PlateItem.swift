import Domain

/// One entry of `ocr_results`, `plates` or `plate_detections`: a text, an object, or `[box, text, confidence]` as some
/// OCR programs write it.
struct PlateItem {
    /// The whole entry.
    let raw: JSONValue
    /// Nil when a plate was seen but not read.
    var plate: String?
    var province: String?
    /// 0…1.
    var confidence: Double?
    /// As it came: four numbers, corners, or an object.
    var box: JSONValue?
    /// Base64 text of the plate alone.
    var picture: JSONValue?
    /// The text as it was read, when it is not the plate.
    var asRead: String?
    /// Members that are none of the above.
    var rest = JSONObject()
    var faults: [(field: String, message: String)] = []

    private static let asReadLimit = 1_000
    private static let boxLimit = 1_024
    private static let provinceLimit = 100
    private static let names = (
        plate: ["text", "plate_number", "license_plate", "plate_text", "ocr_text", "plate"],
        province: ["province", "province_name"],
        confidence: ["confidence", "ocr_confidence", "conf", "score"],
        box: ["bbox", "box", "bounding_box"],
        picture: ["plate_image", "cropped_image", "cropped_plate"]
    )

    init(_ value: JSONValue) {
        raw = value
        switch value {
        case .string(let text): read(text)
        case .number(let number): read(number.text)
        case .array(let parts):
            if let text = parts.lazy.compactMap(\.stringValue).first { read(text) }
            if parts.contains(where: { $0.stringValue != nil }) {
                if let number = parts.first(where: { $0.doubleValue != nil }) { read(confidence: number) }
                keep(box: parts.first { $0.arrayValue != nil })
            } else {
                keep(box: value)
            }
        case .object(let object): read(object)
        case .null, .bool: break
        }
    }

    private mutating func read(_ object: JSONObject) {
        let known = Set(
            Self.names.plate + Self.names.province + Self.names.confidence + Self.names.box
                + Self.names.picture)
        func first(_ names: [String]) -> JSONValue? {
            names.lazy.compactMap { object[$0] }.first { !FieldMembers.isUnset($0) }
        }
        if let value = first(Self.names.plate) {
            if let text = FieldMembers.text(value) { read(text) }
        }
        if let value = first(Self.names.province) {
            let text = FieldMembers.text(value).map { FieldMembers.line(FieldMembers.beginning(of: $0)) } ?? ""
            if text.isEmpty || text.unicodeScalars.count > Self.provinceLimit {
                faults.append(("province", "cannot be one: \(value.text.prefix(100))"))
            } else {
                province = text
            }
        }
        if let value = first(Self.names.confidence) { read(confidence: value) }
        keep(box: first(Self.names.box))
        picture = first(Self.names.picture)
        rest = JSONObject()
        for member in object.members.prefix(50) where !known.contains(member.name) && !member.value.isNull {
            rest[member.name] = member.value
        }
    }

    /// Takes a plate's text: without blanks around it, without a province behind it, and not longer than a plate may
    /// be; whatever is left out stays in `asRead`.
    private mutating func read(_ text: String) {
        let line = FieldMembers.line(FieldMembers.beginning(of: text))
        guard !FieldMembers.isUnset(.string(line)), line.lowercased() != "unknown" else { return }
        guard Plate(text: line) != nil else { return }
        var plate = line
        let words = line.split(whereSeparator: \.isWhitespace)
        if words.count > 1, let last = words.last, !last.contains(where: \.isNumber), last.count > 2,
            words.dropLast().contains(where: { $0.contains(where: \.isNumber) }),
            Province.matching(String(last)) != nil
        {
            province = String(last)
            plate = words.dropLast().joined(separator: " ")
        }
        if plate.unicodeScalars.count > LPREventDraft.plateLimit {
            faults.append(
                (
                    "plate",
                    "has \(plate.unicodeScalars.count) characters; the first \(LPREventDraft.plateLimit) are kept"
                ))
            plate = FieldMembers.line(
                String(String.UnicodeScalarView(plate.unicodeScalars.prefix(LPREventDraft.plateLimit))))
        }
        self.plate = Plate(text: plate) == nil ? nil : plate
        if plate != line {
            asRead = String(String.UnicodeScalarView(line.unicodeScalars.prefix(Self.asReadLimit)))
        }
    }

    /// 0…1, or above it percent.
    private mutating func read(confidence value: JSONValue) {
        var text = FieldMembers.text(value).map { FieldMembers.line(FieldMembers.beginning(of: $0)) } ?? ""
        let isPercent = text.hasSuffix("%")
        if isPercent { text = FieldMembers.line(String(text.dropLast())) }
        guard let number = Double(text), number.isFinite, (0...100).contains(number) else {
            faults.append(("confidence", "is none between 0 and 1, nor percent: \(value.text.prefix(100))"))
            return
        }
        // Sums of floating-point numbers end a little above 1.
        confidence = isPercent || number > 1.001 ? number / 100 : min(number, 1)
    }

    private mutating func keep(box value: JSONValue?) {
        guard let value, value.arrayValue != nil || value.objectValue != nil else { return }
        guard value.text.utf8.count <= Self.boxLimit else {
            faults.append(("bbox", "has more than \(Self.boxLimit) bytes and was left out"))
            return
        }
        box = value
    }
}
