import TestSupport

extension SeededGenerator {
    /// Scalars that have broken normalisers: marks, signs without width, line breaks, wildcards, casing oddities.
    private static let pool: [Unicode.Scalar] =
        Array(
            "0129AZaz๑๙กขฆนมฬฮทพอตรยล. -–—−*?%_[\"'\n\r\u{85}\u{2028}\u{200B}\u{200D}\u{200F}\u{202E}\u{2066}\u{FEFF}\u{FE0F}"
                .unicodeScalars
        )
        + Array("\u{E31}\u{E32}\u{E33}\u{E38}\u{E3A}\u{E40}\u{E47}\u{E48}\u{E49}\u{E4B}\u{E4C}\u{E4D}".unicodeScalars)
        + Array("\u{300}\u{301}\u{308}\u{323}\u{31B}\u{327}\u{340}\u{345}\u{34F}\u{3099}\u{309A}".unicodeScalars)
        + Array("ßŉǰΐΰﬁǅıſéẬỆǛйЇかガ각\u{1100}\u{1161}\u{11A8}\u{212A}\u{212B}\u{1F80}😀🇹🇭שع\u{0}".unicodeScalars)

    /// A text of at most `longest` scalars, two thirds from the pool, the rest from all of Unicode.
    mutating func hostileText(longest: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...longest, using: &self) {
            if Int.random(in: 0..<3, using: &self) > 0, let scalar = Self.pool.randomElement(using: &self) {
                text.append(scalar)
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) {
                text.append(scalar)
            }
        }
        return String(text)
    }
}
