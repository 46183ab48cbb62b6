extension Dictionary {
    /// Keeps the dictionary within its bound before an entry is added (invariant 5).
    ///
    /// When it is full, everything that is `spent` goes, because it says no more than its absence; if nothing is, the
    /// entry that `age` puts first goes.
    mutating func makeRoom<Age: Comparable>(
        capacity: Int,
        isSpent: (Value) -> Bool,
        age: (Value) -> Age
    ) {
        guard count >= capacity else { return }
        if values.contains(where: isSpent) { self = filter { !isSpent($0.value) } }
        while count >= capacity, let oldest = self.min(by: { age($0.value) < age($1.value) }) {
            removeValue(forKey: oldest.key)
        }
    }
}
