import Domain
public import GRDB

/// Which opening of the database wrote which part of the feed, so that two histories are never taken for one.
///
/// A database that was restored from a backup, copied back or begun anew goes on with numbers that the one before it has
/// already given to other changes. Numbers alone do not show it. So every opening has a random name, and
///
///     feed_openings   first_sequence   opening_id
///                                  0   a3…          of the database as it was made
///                                  1   77…          wrote 1…41
///                                 42   0c…          wrote 42…
///
/// 1. An opening is written down with its first change, in the same transaction: each row of `changes` has an opening,
///    and no opening is without a row. One that changes nothing leaves no trace, and needs no space on a full disk.
/// 2. Two databases agree on the opening of a number exactly when they have the same rows up to it.
/// 3. What is forgotten (see `FeedOpenings`) makes a number unknown or gives it a name that nobody has heard of: then
///    too much is sent again, never too little.
public enum FeedLineage {
    /// The opening that wrote a row of the feed. For 0, the state before the first row, it is the name that the database
    /// got when it was made.
    /// - Returns: nil for a number that was not given yet, or whose opening is forgotten: another history, as far as
    ///   anybody can tell.
    public static func opening(of sequence: Int64, _ database: Database) throws -> String? {
        guard sequence >= 0, try sequence <= FeedPage.newestSequence(database) else { return nil }
        return try String.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT opening_id FROM feed_openings WHERE first_sequence <= ?
                    ORDER BY first_sequence DESC LIMIT 1
                    """),
            arguments: [sequence])
    }

    /// The opening that wrote the newest row of the feed.
    public static func current(_ database: Database) throws -> String? {
        try opening(of: FeedPage.newestSequence(database), database)
    }

    /// 128 random bits, 32 hexadecimal digits.
    static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
