/// Names under which programs keep what is not whole yet. A file of such a name is taken when it gets its last name.
enum PartialFiles {
    /// Where rsync keeps what was cut off.
    static let rsyncDirectory = ".rsync-partial"

    /// Names that clients can neither use nor see.
    static func isOwn(name: String) -> Bool {
        name.hasPrefix(Placeholder.temporaryPrefix) || name == rsyncDirectory
    }

    private static let endings = [
        ".filepart", ".part", ".partial", ".tmp", ".temp", ".upload", ".uploading", ".inprogress", ".crdownload", ".~",
    ]

    static func isPartial(name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix(".") || endings.contains { name.hasSuffix($0) }
    }
}
