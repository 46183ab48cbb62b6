/// Finds the known name that a mistyped one most likely meant.
enum NearestName {
    /// The candidate with the smallest edit distance, the first of equals; `nil` without candidates.
    ///
    /// Upper and lower case are the same. Of an overlong name only the start is compared, which bounds the work.
    static func find(_ name: String, among candidates: some Sequence<String>) -> String? {
        let name = Array(name.lowercased().unicodeScalars.prefix(64))
        return candidates.min { left, right in
            distance(name, Array(left.lowercased().unicodeScalars))
                < distance(name, Array(right.lowercased().unicodeScalars))
        }
    }

    /// How many characters have to be inserted, deleted, replaced or swapped with their neighbour.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
