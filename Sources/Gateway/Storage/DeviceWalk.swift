import Domain
import Media
import Store

/// Finds out what each device has on the disk, by the rows that name pictures.
struct DeviceWalk {
    let store: Store
    let pictures: PictureStore
    let mustStop: @Sendable () -> Bool

    /// Paths that are remembered as counted: rows of a frame stand together.
    private static let recentLimit = 4_096

    /// - Returns: nil when it was stopped.
    /// - Throws: `StoreError`, `MediaError`.
    func run() async throws -> [StorageUse.Key: StorageAmount]? {
        var amounts: [StorageUse.Key: StorageAmount] = [:]
        var recent: Set<String> = []
        var cursor: Int64? = 0
        while let after = cursor {
            if mustStop() { return nil }
            let (names, next) = try await store.read { try PictureNames.page(after: after, $0) }
            cursor = next
            if recent.count > Self.recentLimit { recent.removeAll(keepingCapacity: true) }
            var devices: [String] = []
            var paths: [String] = []
            for row in names {
                for path in row.paths where recent.insert(path).inserted {
                    devices.append(row.deviceID)
                    paths.append(path)
                }
            }
            if !paths.isEmpty {
                for ((device, path), bytes) in zip(zip(devices, paths), try await pictures.sizes(of: paths))
                where bytes > 0 {
                    let key = StorageUse.Key(deviceID: device, storageClass: StorageClass(picturePath: path))
                    guard amounts[key] != nil || amounts.count < StorageUse.deviceLimit else { continue }
                    amounts[key, default: StorageAmount()] += StorageAmount(files: 1, bytes: bytes)
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        return amounts
    }
}
