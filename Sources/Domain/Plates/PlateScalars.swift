/// A text reduced to what identifies a plate or a place, as Unicode scalars.
///
/// In this order: separators fall away (white space, dots, dashes, invisible and control characters), Thai digits
/// become Arabic ones, letters become upper case, nikhahit and sara aa become sara am, and the rest is brought into
/// composed form (see ``CanonicalComposition``). Doing it twice gives the same as doing it once: no step makes
/// something that an earlier step would change, and the length is limited before composition can shorten it.
struct PlateScalars {
    /// The number of scalars, counted decomposed, after which the rest is cut off.
    static let longest = 64
    /// The number of scalars that are looked at, so that a megabyte of blanks costs nothing.
    static let farthest = 256

    private(set) var scalars: [Unicode.Scalar] = []
    /// Bit `i` is set when separators stood before scalar `i`. Exact where only digits and consonants were read.
    private(set) var gaps: UInt64 = 0
    /// The text has a line break within its first 256 scalars.
    private(set) var hasLineBreak = false
    private var hasRare = false

    init(_ text: String) {
        self.init(text.unicodeScalars)
    }

    init(_ text: some Sequence<Unicode.Scalar>) {
        scalars.reserveCapacity(16)
        var unread = Self.farthest
        for scalar in text {
            guard unread > 0, scalars.count < Self.longest else { break }
            unread -= 1
            take(scalar)
        }
        if hasRare {
            CanonicalComposition.compose(&scalars)
        }
    }

    var string: String {
        String(unsafeUninitializedCapacity: scalars.count * 4) { buffer in
            var end = 0
            for scalar in scalars {
                for unit in scalar.utf8 {
                    buffer[end] = unit
                    end += 1
                }
            }
            return end
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "0"..."9", "A"..."Z", "ก"..."ฮ":
            scalars.append(scalar)
        case " ", "-", ".", "\t":
            separate()
        case "a"..."z":
            append(scalar.value - 0x20)
        case "๐"..."๙":
            append(scalar.value - 0x0E50 + 0x30)
        case "!"..."~":
            scalars.append(scalar)
        case "\u{0E32}":
            takeSaraAa()
        case "\u{0E2F}"..."\u{0E4E}":
            takeThaiSign(scalar)
        default:
            takeRare(scalar)
        }
    }

    private mutating func append(_ value: UInt32) {
        if let scalar = Unicode.Scalar(value) {
            scalars.append(scalar)
        }
    }

    private mutating func separate() {
        gaps |= 1 << UInt64(scalars.count)
    }

    /// Sara am is often typed, or decomposed by software, as nikhahit and sara aa with a tone mark between them.
    private mutating func takeSaraAa() {
        var mark = scalars.count
        while mark > 0, ("\u{0E48}"..."\u{0E4B}").contains(scalars[mark - 1]) {
            mark -= 1
        }
        if mark > 0, scalars[mark - 1] == "\u{0E4D}" {
            scalars.remove(at: mark - 1)
            scalars.append("\u{0E33}")
        } else {
            scalars.append("\u{0E32}")
        }
    }

    /// Nothing composes with a Thai vowel or mark; only marks after marks may have to change places.
    private mutating func takeThaiSign(_ scalar: Unicode.Scalar) {
        if let last = scalars.last, Self.isThaiMark(last), Self.isThaiMark(scalar) {
            hasRare = true
        }
        scalars.append(scalar)
    }

    private static func isThaiMark(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{0E38}"..."\u{0E3A}").contains(scalar) || ("\u{0E48}"..."\u{0E4B}").contains(scalar)
    }

    private mutating func takeRare(_ scalar: Unicode.Scalar) {
        guard !Self.isSeparator(scalar) else {
            hasLineBreak = hasLineBreak || scalar.isLineBreak
            return separate()
        }
        hasRare = true
        for letter in scalar.properties.uppercaseMapping.unicodeScalars {
            CanonicalComposition.decompose(letter) { part in
                if scalars.count < Self.longest {
                    scalars.append(part)
                }
            }
        }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        // Middle dot, Greek ano teleia, bullets, one-dot leader, hyphenation point, dot operator, CJK and wide stops.
        case "\u{B7}", "\u{387}", "\u{2022}", "\u{2024}", "\u{2027}", "\u{2219}", "\u{22C5}", "\u{3002}", "\u{30FB}",
            "\u{FE52}", "\u{FF0E}", "\u{FF61}", "\u{FF65}":
            return true
        default:
            let properties = scalar.properties
            if properties.isWhitespace || properties.isDash || properties.isDefaultIgnorableCodePoint {
                return true
            }
            switch properties.generalCategory {
            case .control, .format, .dashPunctuation: return true
            default: return false
            }
        }
    }
}
