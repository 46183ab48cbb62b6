/// A plate's text taken apart: what remains for the key, and the kind it shows.
struct PlateReading {
    let content: PlateScalars
    let kind: PlateKind

    init(_ text: String) {
        let whole = PlateScalars(text)
        if whole.hasLineBreak, let plate = Self.withoutProvinceLine(text) {
            self = plate
        } else {
            content = whole
            kind = PlateKind(of: whole)
        }
    }

    private init(content: PlateScalars, kind: PlateKind) {
        self.content = content
        self.kind = kind
    }

    /// Reads a plate that comes line by line, as painted: the province line is not part of the key.
    ///
    /// A line of at least three characters without a digit counts as the province when the other lines make a
    /// plate. In one line a motorcycle's text is the same as a car's and counts as a car; here the number stands on
    /// a line of its own below the letters, which no car has.
    private static func withoutProvinceLine(_ text: String) -> PlateReading? {
        let lines = text.unicodeScalars.prefix(PlateScalars.farthest)
            .split(whereSeparator: \.isLineBreak)
            .map { PlateScalars($0) }
            .filter { !$0.scalars.isEmpty }
        let plate = lines.filter { $0.scalars.count < 3 || $0.scalars.contains(where: \.isDigit) }
        let content = PlateScalars(plate.map(\.string).joined(separator: " "))
        switch PlateKind(of: content) {
        case .car where plate.count == 2 && content.scalars[0].isDigit && plate[1].scalars.allSatisfy(\.isDigit):
            return PlateReading(content: content, kind: .motorcycle)
        case let kind where kind != .unknown:
            return PlateReading(content: content, kind: kind)
        default:
            return nil
        }
    }
}

extension Unicode.Scalar {
    var isLineBreak: Bool {
        switch self {
        case "\n"..."\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
