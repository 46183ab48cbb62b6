extension TopicPattern {
    /// Whether there is a topic that both match.
    public func overlaps(_ other: TopicPattern) -> Bool {
        for index in 0..<max(levels.count, other.levels.count) {
            let mine = index < levels.count ? levels[index] : nil
            let its = index < other.levels.count ? other.levels[index] : nil
            // `a/#` matches `a` as well, so it does not matter whether the other one has ended.
            if mine == "#" || its == "#" { return true }
            guard let mine, let its else { return false }
            guard mine == its || Self.isOpen(mine) || Self.isOpen(its) else { return false }
        }
        return true
    }

    private static func isOpen(_ level: Substring) -> Bool { level == "+" || level == device }

    /// What the appliance sends on. What it says of itself below `system/status` is apart: it hears that level.
    public static let published = patterns(
        "lpr/data/processed", "lpr/data/error", "system/control/{device_id}", "file/transfer/status",
        "file/transfer/status/{device_id}"
    )

    /// What the appliance always subscribes to.
    public static let subscribed = patterns(
        "lpr/data/edge/{device_id}", "system/status/{device_id}", "file/transfer/request",
        "file/transfer/request/{device_id}"
    )

    private static func patterns(_ texts: String...) -> [TopicPattern] { texts.compactMap { TopicPattern($0) } }
}
