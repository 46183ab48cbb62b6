import Domain

/// One plate, or a pattern with `*` and `?`, compared with normalised keys.
struct PlateFilter: Sendable, Hashable {
    private let pattern: [Unicode.Scalar]

    /// - Parameter text: as a person types it; normalised like a plate.
    init(_ text: String) {
        pattern = Array((Plate.pattern(of: text) ?? Plate.key(of: text)).unicodeScalars)
    }

    func matches(_ key: [Unicode.Scalar]) -> Bool {
        var (position, place) = (0, 0)
        // Where to go on when what follows the last star does not fit.
        var retry: (position: Int, place: Int)?
        while place < key.count {
            if position < pattern.count, pattern[position] == "*" {
                retry = (position + 1, place)
                position += 1
            } else if position < pattern.count, pattern[position] == "?" || pattern[position] == key[place] {
                position += 1
                place += 1
            } else if let from = retry {
                retry = (from.position, from.place + 1)
                (position, place) = (from.position, from.place + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == "*" }
    }
}
