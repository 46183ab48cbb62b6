import Domain

/// What a camera makes of a scene: mostly the truth, sometimes less.
struct DemoRead: Sendable {
    var plate: String?
    var province: String?
    var confidence: Double?
    var hasPicture = true

    /// Of a hundred reads: 6 are doubtful and have a wrong digit, 4 have a letter of the province missing, 4 are of
    /// a frame in which nothing could be read, 3 come without their picture.
    init(of picture: DemoPicture, using random: inout some RandomNumberGenerator) {
        plate = picture.plate
        province = picture.province
        confidence = Double(Int.random(in: 8_800...9_970, using: &random)) / 10_000
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<6:
            plate = plate.map { Self.misread($0) }
            confidence = Double(Int.random(in: 3_100...5_900, using: &random)) / 10_000
        case 6..<10: province = province.map { Self.withoutOneLetter($0, using: &random) }
        case 10..<14: (plate, province) = (nil, nil)
        case 14..<17: hasPicture = false
        default: break
        }
        // An empty lane is only worth telling with its picture.
        if plate == nil { hasPicture = true }
    }

    /// Digits that readers take for each other.
    private static let confusions: [Character: Character] = [
        "0": "8", "1": "7", "2": "7", "3": "8", "4": "1", "5": "6", "6": "5", "7": "1", "8": "3", "9": "8",
    ]

    /// The plate with its last digit taken for another, which leaves its form as it was.
    private static func misread(_ plate: String) -> String {
        guard let last = plate.last, let other = confusions[last] else { return plate }
        return plate.dropLast() + String(other)
    }

    /// A name with a letter missing, not its first; vowels and tone marks count as letters.
    private static func withoutOneLetter(_ name: String, using random: inout some RandomNumberGenerator) -> String {
        var scalars = Array(name.unicodeScalars)
        guard scalars.count > 3 else { return name }
        scalars.remove(at: Int.random(in: 1..<scalars.count, using: &random))
        return String(String.UnicodeScalarView(scalars))
    }
}
