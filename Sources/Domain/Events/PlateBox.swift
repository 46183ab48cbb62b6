/// Where a plate stands in its picture, as the camera says in the metadata's member `bbox`.
///
/// Cameras write it in many ways; all that are known:
///
/// | written | meaning |
/// |---|---|
/// | `[x1, y1, x2, y2]` | two corners; when the second is not right of and below the first: left, top, width, height |
/// | `[[x, y], …]` | corners, 2 to 16 |
/// | `{"x1", "y1", "x2", "y2"}`, `{"xmin", …}`, `{"left", "top", "right", "bottom"}` | two corners |
/// | `{"x", "y", "width", "height"}`, `w` and `h`, `left` and `top` | left, top, width, height |
///
/// Numbers that are all at most 1 are parts of the picture's sides, others are pixels of the picture as it is seen.
public struct PlateBox: Sendable, Hashable {
    public let left: Double
    public let top: Double
    public let right: Double
    public let bottom: Double

    private static let cornerLimit = 16

    init?(left: Double, top: Double, right: Double, bottom: Double) {
        // Beyond a million there are no pictures, and beyond it numbers do not fit into an Int safely.
        guard [left, top, right, bottom].allSatisfy({ $0.isFinite && abs($0) < 1_000_000 }), right > left, bottom > top
        else { return nil }
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    /// - Parameter value: what stands in `bbox`; nil when it is none of the known ways.
    public init?(_ value: JSONValue) {
        switch value {
        case .array(let parts): self.init(parts)
        case .object(let object): self.init(object)
        default: return nil
        }
    }

    /// The box of an event.
    ///
    /// - Parameter metadata: the JSON object as text.
    public init?(metadata: String) {
        // Most events have none, and lists of events look at many.
        guard Self.mayHaveBox(metadata), let object = (try? JSONParser.parse(Array(metadata.utf8)))?.objectValue,
            let value = object["bbox"]
        else { return nil }
        self.init(value)
    }

    private static func mayHaveBox(_ metadata: String) -> Bool {
        var metadata = metadata
        return metadata.withUTF8 { bytes in
            guard bytes.count >= 6 else { return false }
            return bytes.indices.dropLast(5).contains { index in
                bytes[index] == UInt8(ascii: "\"") && bytes[index + 1] == UInt8(ascii: "b")
                    && bytes[index + 2] == UInt8(ascii: "b") && bytes[index + 3] == UInt8(ascii: "o")
                    && bytes[index + 4] == UInt8(ascii: "x") && bytes[index + 5] == UInt8(ascii: "\"")
            }
        }
    }

    private init?(_ parts: [JSONValue]) {
        let numbers = parts.prefix(Self.cornerLimit).compactMap(\.doubleValue)
        if parts.count == 4, numbers.count == 4 {
            if numbers[2] > numbers[0], numbers[3] > numbers[1] {
                self.init(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
            } else {
                self.init(
                    left: numbers[0], top: numbers[1], right: numbers[0] + numbers[2], bottom: numbers[1] + numbers[3])
            }
            return
        }
        guard (2...Self.cornerLimit).contains(parts.count) else { return nil }
        let corners = parts.compactMap { corner -> (x: Double, y: Double)? in
            guard let pair = corner.arrayValue, pair.count == 2, let x = pair[0].doubleValue,
                let y = pair[1].doubleValue
            else { return nil }
            return (x, y)
        }
        guard corners.count == parts.count, let left = corners.map(\.x).min(), let right = corners.map(\.x).max(),
            let top = corners.map(\.y).min(), let bottom = corners.map(\.y).max()
        else { return nil }
        self.init(left: left, top: top, right: right, bottom: bottom)
    }

    private init?(_ object: JSONObject) {
        func numbers(_ names: String...) -> [Double]? {
            let values = names.compactMap { object[$0]?.doubleValue }
            return values.count == names.count ? values : nil
        }
        if let corners = numbers("x1", "y1", "x2", "y2") ?? numbers("xmin", "ymin", "xmax", "ymax")
            ?? numbers("left", "top", "right", "bottom")
        {
            self.init(left: corners[0], top: corners[1], right: corners[2], bottom: corners[3])
        } else if let sizes = numbers("x", "y", "width", "height") ?? numbers("x", "y", "w", "h")
            ?? numbers("left", "top", "width", "height")
        {
            self.init(left: sizes[0], top: sizes[1], right: sizes[0] + sizes[2], bottom: sizes[1] + sizes[3])
        } else {
            return nil
        }
    }

    /// The pixels of the plate with a margin of a quarter of its height around it, cut at the picture's sides.
    ///
    /// - Parameters:
    ///   - width: of the picture as it is seen, in pixels.
    ///   - height: likewise.
    /// - Returns: nil when nothing of the plate lies in the picture.
    public func pixels(width: Int, height: Int) -> (x: Range<Int>, y: Range<Int>)? {
        let isRelative = max(right, bottom) <= 1 && min(left, top) >= 0
        let scale = isRelative ? (x: Double(width), y: Double(height)) : (x: 1, y: 1)
        guard right * scale.x > 0, bottom * scale.y > 0, left * scale.x < Double(width), top * scale.y < Double(height)
        else { return nil }
        let margin = (bottom - top) * scale.y / 4
        func range(_ low: Double, _ high: Double, _ side: Int) -> Range<Int> {
            let start = min(max(0, Int((low - margin).rounded(.down))), side - 1)
            return start..<max(start + 1, min(side, Int((high + margin).rounded(.up))))
        }
        return (range(left * scale.x, right * scale.x, width), range(top * scale.y, bottom * scale.y, height))
    }
}

extension LPREvent {
    /// The plate in `imagePath`, when the camera sent no picture of it but says where it is. Only JPEG is cut.
    public var plateBox: PlateBox? {
        guard plateImagePath == nil, let imagePath, imagePath.hasSuffix(".jpg") else { return nil }
        return PlateBox(metadata: metadata)
    }
}
