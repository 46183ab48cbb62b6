/// The path of a picture as a camera names it, or as it lies below the device's own folder.
///
/// A camera often names the place on its own disk (`/data/lpr_images/2026/x.jpg`) and sends the file to another one
/// (`2026/x.jpg`), so that two paths are compared from their ends.
public struct AnnouncedPath: Sendable, Hashable {
    /// Endings of pictures, in lower case. A camera may announce `.jpg` and send `.jpeg`.
    private static let endings = ["jpg", "jpeg", "png", "webp"]

    /// Without empty parts and single dots.
    public let parts: [String]
    /// Names a place on the camera's own disk, of which nothing is known but its end.
    private let isAbsolute: Bool

    public init(_ path: String) {
        parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        isAbsolute = path.utf8.first == UInt8(ascii: "/")
    }

    /// By what pictures and events are looked up: the file's name without the ending of a picture; empty when the path
    /// names nothing.
    public var name: String { parts.last.map { Self.split($0).stem } ?? "" }

    /// Whether the file's name has the ending of a picture.
    public var isNamedLikePicture: Bool { parts.last.map { Self.split($0).ending != nil } ?? false }

    /// The name without the last ending, whatever it is.
    public var stem: String {
        guard let last = parts.last, let dot = last.utf8.lastIndex(of: UInt8(ascii: ".")), dot > last.startIndex else {
            return parts.last ?? ""
        }
        return String(last[..<dot])
    }

    private static func split(_ name: String) -> (stem: String, ending: String?) {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return (name, nil) }
        let ending = name[name.utf8.index(after: dot)...].lowercased()
        return endings.contains(ending) ? (String(name[..<dot]), ending) : (name, nil)
    }

    /// How well the path of a file fits what was announced.
    public struct Closeness: Sendable, Hashable, Comparable {
        enum Rank: Int, Sendable, Comparable {
            /// Nothing but the end is the same.
            case tail
            /// One path is the end of the other.
            case whole
            /// The same path.
            case exact

            static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
        }

        let rank: Rank
        /// Parts that are the same, counted from the end.
        let tail: Int
        let hasSameEnding: Bool

        /// The same path but perhaps for the ending: no other file can be meant.
        public var isExact: Bool { rank == .exact }

        public static func < (left: Closeness, right: Closeness) -> Bool {
            if left.rank != right.rank { return left.rank < right.rank }
            if left.tail != right.tail { return left.tail < right.tail }
            return !left.hasSameEnding && right.hasSameEnding
        }
    }

    /// How well `file`, below the device's folder, fits this announcement; nil when it is another one.
    ///
    /// The names must be the same. A relative announcement names a place below the device's folder, so that one path
    /// has to be the end of the other. An absolute one may differ further up, unless the folders are plainly siblings
    /// that differ by a number (`2026-11-23/001.jpg` is not `2026-11-24/001.jpg`).
    public func closeness(to file: AnnouncedPath) -> Closeness? {
        guard let own = parts.last, let other = file.parts.last else { return nil }
        let (ownName, otherName) = (Self.split(own), Self.split(other))
        guard ownName.stem == otherName.stem else { return nil }
        var tail = 1
        while tail < parts.count, tail < file.parts.count,
            parts[parts.count - 1 - tail] == file.parts[file.parts.count - 1 - tail]
        {
            tail += 1
        }
        let rank: Closeness.Rank
        if tail == parts.count, tail == file.parts.count {
            rank = .exact
        } else if tail == parts.count || tail == file.parts.count {
            rank = .whole
        } else {
            let (left, right) = (parts[parts.count - 1 - tail], file.parts[file.parts.count - 1 - tail])
            guard isAbsolute, !Self.areSiblings(left, right) else { return nil }
            rank = .tail
        }
        return Closeness(rank: rank, tail: tail, hasSameEnding: own == other)
    }

    private static func areSiblings(_ left: String, _ right: String) -> Bool {
        func form(_ name: String) -> [UInt8] {
            name.utf8.reduce(into: []) { form, byte in
                let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                if !isDigit { form.append(byte) } else if form.last != 0 { form.append(0) }
            }
        }
        return form(left) == form(right)
    }
}
