/// How many rows go into one batch: all that may, halved until a row is found that the centre refuses, and doubled
/// again behind it.
///
///     1000 ─ refused ─▶ 500 ─ refused ─▶ 250 ─ taken ─▶ 500 …        1 ─ refused ─▶ that row is the bad one
struct BatchWidth {
    let limit: Int
    private(set) var rows: Int

    init(limit: Int) {
        self.limit = max(1, limit)
        rows = self.limit
    }

    /// The centre did not take a batch of so many rows.
    mutating func narrow(from sent: Int) { rows = max(1, min(rows, sent) / 2) }

    /// The centre has taken a batch.
    mutating func widen() { rows = min(limit, rows * 2) }
}
