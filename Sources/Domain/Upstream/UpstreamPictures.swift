/// Which pictures are sent to the central database beside the events.
public enum UpstreamPictures: String, Sendable, CaseIterable {
    /// They stay on the site.
    case none
    /// Those of at most 320 pixels.
    case thumbnails
    case all
}
