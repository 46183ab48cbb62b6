public import Domain
public import Media
public import Store
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What everything takes, by class and by device.
///
/// Pictures are counted at each change by the `PictureStore`; the database is asked of the file system; the rest is
/// walked now and then. What devices have is counted here and added to the table `storage_use` every half minute.
public final class StorageBook: Sendable {
    private struct State: Sendable {
        var walked: [StorageClass: StorageAmount] = [:]
        var walks = 0
        var database: [StorageClass: StorageAmount] = [:]
        var databaseReadAt: ContinuousClock.Instant?
        var devices: [StorageUse.Key: StorageAmount] = [:]
        /// Bytes that sweeps took since it was last written down.
        var swept: Int64 = 0
    }

    let directory: String
    let pictures: PictureStore
    private let freshness: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - directory: the data directory.
    ///   - freshness: for how long the size of the database is not asked again.
    public init(directory: String, pictures: PictureStore, freshness: Duration = .seconds(1)) {
        self.directory = directory
        self.freshness = freshness
        self.pictures = pictures
    }

    /// Whether what is there has been counted since the start; until then it is what was known before it.
    public var isCounted: Bool { pictures.counts.isCounted }

    /// By class, what is in use now.
    public func amounts() -> [StorageClass: StorageAmount] {
        let own = state.withLock { state -> [StorageClass: StorageAmount] in
            let now = ContinuousClock().now
            if state.databaseReadAt.map({ now - $0 >= freshness }) ?? true {
                state.databaseReadAt = now
                state.database = [
                    .database: amount(of: ["appliance.sqlite", "appliance.sqlite-shm"]),
                    .log: amount(of: ["appliance.sqlite-wal"]),
                ]
            }
            return state.walked.merging(state.database) { $1 }
        }
        return own.merging(pictures.counts.amounts) { $1 }
    }

    /// Bytes in use now.
    public func used() -> Int64 { amounts().values.reduce(0) { $0 + $1.bytes } }

    /// Changes when a walk has set what is in use right: what was reckoned from it before is void.
    var generation: Int { pictures.counts.walkCount + state.withLock { $0.walks } }

    /// Bytes of everything below `images/`.
    func pictureBytes() -> Int64 { pictures.counts.amounts.values.reduce(0) { $0 + $1.bytes } }

    /// Looks at what is neither a picture nor the database: incoming files, backups, and the rest.
    /// - Throws: `MediaError`.
    public func walkOthers(while mustStop: @escaping @Sendable () -> Bool = { false }) async throws {
        var walked: [StorageClass: StorageAmount] = [:]
        for (storageClass, names) in [
            (StorageClass.incoming, ["incoming"]), (.backups, ["backups"]), (.other, ["tmp", "keys"]),
        ] {
            var sum = StorageAmount()
            for name in names {
                guard let amount = try await pictures.amount(below: "\(directory)/\(name)", while: mustStop) else {
                    return
                }
                sum += amount
            }
            walked[storageClass] = sum
        }
        let rest = looseFiles()
        walked[.other, default: StorageAmount()] += rest
        let found = walked
        state.withLock { state in
            state.walked = found
            state.walks += 1
        }
    }

    // MARK: Devices

    /// Counts what a device has brought, or with negative numbers lost.
    public func note(_ amount: StorageAmount, of storageClass: StorageClass, device: String) {
        state.withLock { state in
            let key = StorageUse.Key(deviceID: device, storageClass: storageClass)
            guard state.devices[key] != nil || state.devices.count < StorageUse.deviceLimit else { return }
            state.devices[key, default: StorageAmount()] += amount
        }
    }

    func note(_ removed: [RemovedFile], device: String) {
        for file in removed {
            note(StorageAmount(files: -1, bytes: -file.bytes), of: file.storageClass, device: device)
        }
    }

    func note(_ picture: StoredPicture, device: String) {
        func amount(_ bytes: Int) -> StorageAmount {
            StorageAmount(files: 1, bytes: (Int64(bytes) + 4_095) / 4_096 * 4_096)
        }
        note(amount(picture.byteCount), of: StorageClass(picturePath: picture.path), device: device)
        if picture.thumbnailByteCount > 0 {
            note(amount(picture.thumbnailByteCount), of: .thumbnails, device: device)
        }
    }

    func noteSwept(_ bytes: Int64) { state.withLock { $0.swept += bytes } }

    /// Writes down what was counted for devices, and how much is in use. What cannot be written is kept for the next
    /// time.
    public func persist(to store: Store) async throws {
        let (devices, swept) = state.withLock { state in
            defer {
                state.devices = [:]
                state.swept = 0
            }
            return (state.devices, state.swept)
        }
        let used = used()
        do {
            try await store.write { context in
                try context.add(use: devices)
                try context.noteStorage(used: used, removed: swept)
            }
        } catch {
            state.withLock { state in
                state.devices.merge(devices) { StorageAmount(files: $0.files + $1.files, bytes: $0.bytes + $1.bytes) }
                state.swept += swept
            }
            throw error
        }
    }

    /// Forgets what was counted for devices: a walk has just written down what is there.
    func forgetDevices() { state.withLock { $0.devices = [:] } }

    // MARK: Files

    private func amount(of names: [String]) -> StorageAmount {
        names.reduce(into: StorageAmount()) { sum, name in
            if let bytes = Self.blocks(directory + "/" + name) { sum += StorageAmount(files: 1, bytes: bytes) }
        }
    }

    /// What lies directly in the data directory beside the database: the reserve, databases that were put aside.
    private func looseFiles() -> StorageAmount {
        guard let handle = opendir(directory) else { return StorageAmount() }
        defer { closedir(handle) }
        var sum = StorageAmount()
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !["appliance.sqlite", "appliance.sqlite-shm", "appliance.sqlite-wal"].contains(name),
                let bytes = Self.blocks(directory + "/" + name)
            else { continue }
            sum += StorageAmount(files: 1, bytes: bytes)
        }
        return sum
    }

    /// Bytes in whole blocks of a regular file.
    private static func blocks(_ path: String) -> Int64? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_blocks) * 512
    }
}
