public import Store

/// Which pictures are sent to the central database, and how much they may take.
public struct PictureSettings: Sendable {
    public var choice = ReplicatedPictures.none
    /// Of one picture; larger ones stay on the site. One at a time is in memory, twice: here and in libpq.
    public var byteLimit = 16 << 20
    /// For one picture: a slow line needs longer for it than for a batch.
    public var timeout = Duration.seconds(300)
    /// Pictures wait while the feed is further behind than that; the bound in rows is one batch.
    public var lagLimit = Duration.seconds(5)
    /// Events whose pictures are compared with the centre in one question.
    public var pageLimit = 100
    /// How long to wait when there is nothing to send.
    public var idlePause = Duration.seconds(1)

    public init() {}
}
