/// How much of a file system the appliance may fill: a number of bytes or a share such as `"80%"`.
enum StorageQuota: Sendable, Hashable {
    case bytes(ByteCount)
    /// 1 to 99 percent of the size of the file system that holds the data directory.
    case share(percent: Int)

    /// Parses `"80%"` or what ``ByteCount`` parses.
    init?(_ text: some StringProtocol) {
        if text.hasSuffix("%") {
            guard let (percent, unit) = QuantityText.split(text.dropLast()), unit.isEmpty else { return nil }
            guard (1...99).contains(percent) else { return nil }
            self = .share(percent: percent)
        } else {
            guard let bytes = ByteCount(text) else { return nil }
            self = .bytes(bytes)
        }
    }

    /// The quota in bytes.
    ///
    /// - Parameter fileSystemSize: The size of the whole file system; a quota in bytes is not cut down to it.
    func byteCount(fileSystemSize: ByteCount) -> ByteCount {
        switch self {
        case .bytes(let bytes): bytes
        // Dividing first keeps a file system near the largest number from overflowing.
        case .share(let percent):
            ByteCount(fileSystemSize.bytes / 100 * percent + fileSystemSize.bytes % 100 * percent / 100)
        }
    }
}

extension StorageQuota: CustomStringConvertible {
    var description: String {
        switch self {
        case .bytes(let bytes): bytes.description
        case .share(let percent): "\(percent)%"
        }
    }
}
