#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The copies of the database below `backups/`, named `appliance-YYYYMMDDTHHMMSSZ.sqlite`, so that names sort by time.
///
/// A copy that a migration begins with also tells the schema that it has: `appliance-YYYYMMDDTHHMMSSZ-schema-004.sqlite`.
public struct Backups: Sendable {
    /// What a copy is called while it is made.
    static let unfinishedSuffix = ".unfinished"
    /// What a backup leaves free for intake, bytes.
    static let reservedBytes: UInt64 = 64 << 20
    /// How many of the copies that migrations begin with stay. Two, because a crash between two migrations makes a
    /// second copy, which the version before cannot open.
    static let keptBeforeMigrations = 2

    public let directory: String

    /// - Parameter directory: the data directory.
    public init(directory: String) {
        self.directory = directory + "/backups"
    }

    /// Paths, newest first.
    public func all() -> [String] {
        names { $0.hasSuffix(".sqlite") }.sorted(by: >).map { directory + "/" + $0 }
    }

    public func newest() -> String? { all().first }

    /// The newest copy that a migration began with and that a program can open which knows the schema `newest`.
    func newest(upTo newest: String) -> String? {
        all().first { BackupName.schema(ofFile: $0).map { $0 <= newest } ?? false }
    }

    /// Removes all but the newest ones, and all but the newest of those that migrations began with.
    /// - Parameter count: without those; nil: all.
    func removeAll(but count: Int?) {
        let beforeMigrations = all().filter { BackupName.schema(ofFile: $0) != nil }
        for path in beforeMigrations.dropFirst(Self.keptBeforeMigrations) { unlink(path) }
        guard let count else { return }
        for path in all().filter({ BackupName.schema(ofFile: $0) == nil }).dropFirst(count) { unlink(path) }
    }

    /// Removes what an interrupted backup left.
    func removeUnfinished() {
        for name in names({ $0.hasSuffix(Self.unfinishedSuffix) || $0.hasSuffix(Self.unfinishedSuffix + "-journal") }) {
            unlink(directory + "/" + name)
        }
    }

    private func names(_ isWanted: (String) -> Bool) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("appliance-"), isWanted(name) { names.append(name) }
        }
        return names
    }
}
