public import Domain
public import GRDB

/// Somebody wants stored events sent to the central database anew; kept until the centre has noted it.
public struct ResyncWish: Sendable, Hashable {
    /// Only events captured or received from then on; nil: all.
    public var from: Instant?

    public init(from: Instant?) {
        self.from = from
    }

    /// - Returns: nil when nobody wants it.
    public static func read(_ database: Database) throws -> ResyncWish? {
        guard let text = try Setting.resyncWish.read(database) else { return nil }
        return ResyncWish(from: Int64(text).map(Instant.init(microseconds:)))
    }
}

extension WriteContext {
    /// Remembers a wish in place of an earlier one; nil forgets it.
    public func keep(_ wish: ResyncWish?) throws {
        guard let wish else { return try Setting.resyncWish.delete(self) }
        try Setting.resyncWish.write(wish.from.map { "\($0.microseconds)" } ?? "all", self)
    }
}

extension Setting {
    fileprivate static let resyncWish = Setting(name: "upstream.resync")
}
