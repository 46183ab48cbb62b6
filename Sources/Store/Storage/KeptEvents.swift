/// Events that stay when room is made: those that an operator has marked, and watchlist hits.
///
/// They go last, and only with `storage.delete_kept`. Retention by age leaves them alone too.
enum KeptEvents {
    /// Whether a row of `lpr_events` is a watchlist hit, as a condition in SQL.
    ///
    /// This is the one place that asks. There are no watchlists yet, so that nothing is a hit; who brings them puts their
    /// condition here and looks whether the partial indexes of Migration004 still fit.
    static let isHit = "FALSE"

    /// Whether a row of `lpr_events` stays, as a condition in SQL.
    static let condition = "(keep = 1 OR \(isHit))"
}
