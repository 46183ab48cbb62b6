/// The lengths of the three runs of a plate: digits, Thai consonants, digits.
struct PlateRuns {
    let prefix: Int
    let consonants: Int
    let number: Int
    /// The three runs are all there is.
    let isWhole: Bool

    init(_ scalars: [Unicode.Scalar]) {
        let letters = scalars.firstIndex { !$0.isDigit } ?? scalars.count
        let digits = scalars[letters...].firstIndex { !$0.isThaiConsonant } ?? scalars.count
        let end = scalars[digits...].firstIndex { !$0.isDigit } ?? scalars.count
        prefix = letters
        consonants = digits - letters
        number = end - digits
        isWhole = end == scalars.count
    }
}

extension Unicode.Scalar {
    /// 0–9.
    var isDigit: Bool { ("0"..."9").contains(self) }

    /// ก–ฮ without ฤ and ฦ, which are vowels.
    var isThaiConsonant: Bool { ("ก"..."ฮ").contains(self) && self != "ฤ" && self != "ฦ" }
}
