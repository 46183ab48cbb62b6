import Domain
import GRDB

/// The trigram index over normalised plates, kept a little behind the table.
///
/// Rows up to `indexedEventRowID` are in the FTS5 table, rows after it are looked through one by one by a search.
/// The index is extended by whole portions, because FTS5 writes several pages for every transaction it takes part in:
/// at one event in a transaction that would double what goes to a flash disk.
enum SearchIndex {
    /// Rows that may wait for the index.
    static let portion: Int64 = 2_048

    /// Adds all rows that wait, in the current transaction.
    static func extend(_ context: WriteContext) throws {
        let last = context.nextEventRowID - 1
        guard last > context.indexedEventRowID else { return }
        try context.database.execute(
            sql: """
                INSERT INTO lpr_events_search (rowid, plate_key)
                SELECT id, plate_key FROM lpr_events
                WHERE id > ? AND id <= ? AND plate_key IS NOT NULL ORDER BY id
                """,
            arguments: [context.indexedEventRowID, last])
        try Setting.searchIndexedThrough.write("\(last)", context)
        context.indexedEventRowID = last
    }

    /// Takes a row's old plate out of the index; before the row changes.
    static func remove(rowID: Int64, plateKey: String?, _ context: WriteContext) throws {
        guard rowID <= context.indexedEventRowID, let plateKey else { return }
        try context.database.execute(
            sql: "INSERT INTO lpr_events_search (lpr_events_search, rowid, plate_key) VALUES ('delete', ?, ?)",
            arguments: [rowID, plateKey])
    }

    /// Takes a row out of the index that is about to be deleted.
    ///
    /// The index is brought up to the row first: how far it reaches is written down, and with it that the row's number
    /// was given, so that it is not given again after a restart.
    static func removeForGood(rowID: Int64, plateKey: String?, _ context: WriteContext) throws {
        if rowID > context.indexedEventRowID { try extend(context) }
        try remove(rowID: rowID, plateKey: plateKey, context)
    }

    /// Puts a row's new plate into the index; after the row has changed.
    static func add(rowID: Int64, plateKey: String?, _ context: WriteContext) throws {
        guard rowID <= context.indexedEventRowID, let plateKey else { return }
        try context.database.execute(
            sql: "INSERT INTO lpr_events_search (rowid, plate_key) VALUES (?, ?)", arguments: [rowID, plateKey])
    }
}
