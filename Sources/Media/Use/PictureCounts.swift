public import Domain
import Synchronization

/// How many files lie below `images/` and what room they take: counted at each change, and set right by a walk over all
/// of them.
///
/// A walk takes minutes and intake goes on meanwhile. Folders are walked in the order of their names, so that a change
/// in a folder that the walk is past is added to what it has found, and one in a folder before it is found by it. Only
/// what changes in the very folder that is being walked may be counted twice or not at all, until the next walk.
public final class PictureCounts: Sendable {
    private struct Walk: Sendable {
        var folder = ""
        var found: [StorageClass: StorageAmount] = [:]
    }

    private struct State: Sendable {
        var amounts: [StorageClass: StorageAmount] = [:]
        var walk: Walk?
        var walkCount = 0
    }

    private let state = Mutex(State())

    init() {}

    /// What is there, by the classes of pictures.
    public var amounts: [StorageClass: StorageAmount] { state.withLock { $0.amounts.mapValues(\.clamped) } }

    /// Whether a walk has come to its end since the start.
    public var isCounted: Bool { walkCount > 0 }

    /// Walks that have come to their end since the start.
    public var walkCount: Int { state.withLock { $0.walkCount } }

    /// What was known before the start, to go by until the first walk has come to its end.
    public func assume(_ amounts: [StorageClass: StorageAmount]) {
        state.withLock { state in
            guard state.walkCount == 0 else { return }
            for (storageClass, amount) in amounts { state.amounts[storageClass, default: StorageAmount()] += amount }
        }
    }

    /// Notes a file that has come, or with negative numbers one that has gone.
    func note(_ path: PicturePath, _ amount: StorageAmount) {
        let storageClass = StorageClass(pictureNamed: path.name)
        let folder = path.directories.joined(separator: "/")
        state.withLock { state in
            state.amounts[storageClass, default: StorageAmount()] += amount
            if let walk = state.walk, folder < walk.folder {
                state.walk?.found[storageClass, default: StorageAmount()] += amount
            }
        }
    }

    func beginWalk() { state.withLock { $0.walk = Walk() } }

    func enter(folder: String) { state.withLock { $0.walk?.folder = folder } }

    func found(_ amounts: [StorageClass: StorageAmount]) {
        state.withLock { state in
            for (storageClass, amount) in amounts {
                state.walk?.found[storageClass, default: StorageAmount()] += amount
            }
        }
    }

    func endWalk(isComplete: Bool) {
        state.withLock { state in
            if isComplete, let walk = state.walk {
                state.amounts = walk.found
                state.walkCount += 1
            }
            state.walk = nil
        }
    }
}

extension StorageClass {
    /// The class of a file below `images/`, by its name (see `PictureName`).
    init(pictureNamed name: String) {
        if name.hasSuffix(PictureName.thumbnailEnding) {
            self = .thumbnails
        } else if let dot = name.lastIndex(of: "."), name[..<dot].hasSuffix("-plate") {
            self = .platePictures
        } else {
            self = .pictures
        }
    }

    /// The class of a picture, by its path below `images/`.
    public init(picturePath path: String) {
        self.init(pictureNamed: path.split(separator: "/").last.map(String.init) ?? path)
    }
}
