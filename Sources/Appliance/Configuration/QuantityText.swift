/// The shape that durations and numbers of bytes share: digits, then a unit.
enum QuantityText {
    /// Splits `"15 m"` into 15 and `"m"`; the unit may be missing and one space may stand between.
    ///
    /// - Returns: `nil` without a digit at the start, with a number beyond `Int`, or with anything but letters after it.
    static func split(_ text: some StringProtocol) -> (number: Int, unit: String)? {
        guard text.utf8.count <= 32 else { return nil }
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        var rest = text.utf8.dropFirst(digits.count)
        if rest.count > 1, rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
        guard rest.allSatisfy({ (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) }) else { return nil }
        return (number, String(decoding: rest, as: UTF8.self))
    }
}
