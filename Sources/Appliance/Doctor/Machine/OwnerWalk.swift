#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Looks for files below a directory that do not belong to its user, the upper ones first, within bounds.
struct OwnerWalk: Sendable {
    struct Stranger: Sendable, Hashable {
        let path: String
        let owner: UInt32
    }

    private static let exampleCount = 3

    /// The first ones.
    private(set) var strangers: [Stranger] = []
    private(set) var strangerCount = 0
    /// Whether everything was seen.
    private(set) var isWhole = true
    /// Whether this user may not look into a folder.
    private(set) var isHidden = false
    private var seen = 0

    static func run(_ path: String, owner: UInt32, entryLimit: Int, timeLimit: Duration) -> OwnerWalk {
        var walk = OwnerWalk()
        let end = ContinuousClock().now + timeLimit
        // In the order of their depth: what was spoilt by hand mostly lies near the top.
        var folders = [path][...]
        while let folder = folders.popFirst() {
            guard walk.seen < entryLimit, ContinuousClock().now < end else {
                walk.isWhole = false
                return walk
            }
            folders += walk.look(folder, owner: owner, entriesLeft: entryLimit - walk.seen)
        }
        return walk
    }

    /// - Returns: the folders in it.
    private mutating func look(_ folder: String, owner: UInt32, entriesLeft: Int) -> [String] {
        guard let handle = opendir(folder) else {
            if errno == EACCES { isHidden = true }
            return []
        }
        defer { closedir(handle) }
        var folders: [String] = []
        var left = entriesLeft
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            // The file system makes `lost+found`, and it is root's.
            guard name != ".", name != "..", name != "lost+found" else { continue }
            guard left > 0 else {
                isWhole = false
                return []
            }
            left -= 1
            seen += 1
            let path = "\(folder)/\(name)"
            // What has gone meanwhile belongs to nobody.
            guard let status = FileStatus(path, followingLinks: false) else { continue }
            if status.owner != owner {
                strangerCount += 1
                if strangers.count < Self.exampleCount {
                    strangers.append(Stranger(path: path, owner: status.owner))
                }
            }
            if status.isDirectory { folders.append(path) }
        }
        return folders
    }
}
