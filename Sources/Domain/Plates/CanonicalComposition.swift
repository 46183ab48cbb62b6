/// Unicode's canonical composition (NFC) for the scripts that plates use, without Foundation's tables.
///
/// Complete are Thai and Lao (whose marks are only put in order, for nothing composes), upper-case Latin, Greek and
/// Cyrillic, kana and Hangul, and the order of the marks of every script, which the standard library knows. Left as
/// they come are composed letters of other scripts and CJK compatibility ideographs.
enum CanonicalComposition {
    /// Hands over the parts of a scalar, fully decomposed; a scalar without parts is its own part.
    static func decompose(_ scalar: Unicode.Scalar, to part: (Unicode.Scalar) -> Void) {
        if let same = singletons[scalar] {
            decompose(same, to: part)
        } else if let pair = CompositionTable.decompositions[scalar] ?? Hangul.decomposition(of: scalar) {
            decompose(pair.base, to: part)
            part(pair.mark)
        } else {
            part(scalar)
        }
    }

    /// Puts decomposed text into canonical order and composes it.
    static func compose(_ scalars: inout [Unicode.Scalar]) {
        var classes = scalars.map(\.properties.canonicalCombiningClass.rawValue)
        order(&scalars, &classes)
        var composed: [Unicode.Scalar] = []
        var starter: Int?
        var previousClass: UInt8 = 0
        for (scalar, itsClass) in zip(scalars, classes) {
            if let at = starter, at == composed.count - 1 || (previousClass < itsClass && previousClass != 0),
                let letter = composition(of: .init(base: composed[at], mark: scalar))
            {
                composed[at] = letter
                continue
            }
            if itsClass == 0 {
                starter = composed.count
            }
            composed.append(scalar)
            previousClass = itsClass
        }
        scalars = composed
    }

    /// Sorts each run of marks by combining class and keeps the order within a class. Runs are short here.
    private static func order(_ scalars: inout [Unicode.Scalar], _ classes: inout [UInt8]) {
        for end in scalars.indices.dropFirst() {
            var at = end
            while at > 0, classes[at] != 0, classes[at - 1] > classes[at] {
                scalars.swapAt(at - 1, at)
                classes.swapAt(at - 1, at)
                at -= 1
            }
        }
    }

    private static func composition(of pair: CompositionTable.Pair) -> Unicode.Scalar? {
        CompositionTable.compositions[pair] ?? Hangul.composition(of: pair)
    }

    /// Scalars that are another spelling of one scalar: ohm, kelvin, ångström, Greek with oxia, old accents and signs.
    private static let singletons: [Unicode.Scalar: Unicode.Scalar] = [
        "\u{2126}": "\u{3A9}", "\u{212A}": "K", "\u{212B}": "\u{C5}",
        "\u{1FBB}": "\u{386}", "\u{1FC9}": "\u{388}", "\u{1FCB}": "\u{389}", "\u{1FDB}": "\u{38A}",
        "\u{1FEB}": "\u{38E}", "\u{1FF9}": "\u{38C}", "\u{1FFB}": "\u{38F}",
        "\u{340}": "\u{300}", "\u{341}": "\u{301}", "\u{343}": "\u{313}", "\u{374}": "\u{2B9}", "\u{37E}": ";",
        "\u{1FEE}": "\u{385}", "\u{1FEF}": "`", "\u{1FFD}": "\u{B4}",
    ]
}

/// Syllables are composed by arithmetic, as chapter 3.12 of the Unicode standard lays down.
private enum Hangul {
    static let leads: ClosedRange<UInt32> = 0x1100...0x1112
    static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
    static let tails: ClosedRange<UInt32> = 0x11A8...0x11C2
    static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3

    static func decomposition(of scalar: Unicode.Scalar) -> CompositionTable.Pair? {
        guard syllables.contains(scalar.value) else { return nil }
        let index = scalar.value - syllables.lowerBound
        let (open, tail) = (index / 28, index % 28)
        if tail == 0 {
            return pair(leads.lowerBound + open / 21, vowels.lowerBound + open % 21)
        }
        return pair(scalar.value - tail, tails.lowerBound + tail - 1)
    }

    static func composition(of pair: CompositionTable.Pair) -> Unicode.Scalar? {
        let (base, mark) = (pair.base.value, pair.mark.value)
        if leads.contains(base), vowels.contains(mark) {
            let open = (base - leads.lowerBound) * 21 + (mark - vowels.lowerBound)
            return Unicode.Scalar(syllables.lowerBound + open * 28)
        }
        if syllables.contains(base), (base - syllables.lowerBound) % 28 == 0, tails.contains(mark) {
            return Unicode.Scalar(base + mark - tails.lowerBound + 1)
        }
        return nil
    }

    private static func pair(_ base: UInt32, _ mark: UInt32) -> CompositionTable.Pair? {
        guard let base = Unicode.Scalar(base), let mark = Unicode.Scalar(mark) else { return nil }
        return CompositionTable.Pair(base: base, mark: mark)
    }
}
