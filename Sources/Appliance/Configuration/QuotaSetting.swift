import Gateway

/// How much of the disk may be used, written as `"80%"` of the file system, as a size such as `"50GiB"`, or 0.
enum QuotaSetting: Sendable, Hashable {
    /// Nothing is deleted to make room.
    case none
    /// 1…100.
    case share(percent: Int)
    case size(ByteCount)

    /// Sizes that can be set.
    static let sizes = ByteCount.mebibytes(1) ... .gibibytes(1 << 20)

    var limit: StorageQuota.Limit {
        switch self {
        case .none: .none
        case .share(let percent): .share(percent: percent)
        case .size(let size): .bytes(Int64(size.bytes))
        }
    }
}

extension QuotaSetting: CustomStringConvertible {
    var description: String {
        switch self {
        case .none: "0"
        case .share(let percent): "\(percent)%"
        case .size(let size): size.description
        }
    }
}

extension ConfigurationForm<QuotaSetting> {
    /// A share of the file system, a size, or 0.
    static var quota: ConfigurationForm {
        ConfigurationForm(
            documentation:
                "a share of the file system from 1% to 100%, a size from \(QuotaSetting.sizes.lowerBound) to "
                + "\(QuotaSetting.sizes.upperBound) such as \"50GiB\", or 0: nothing is deleted to make room",
            read: { (raw) throws(ConfigurationRefusal) in
                let text: String?
                if case .integer(let number) = raw { text = String(number) } else { text = raw.characters }
                guard let text else { throw ConfigurationRefusal(raw, "is neither a share nor a size") }
                if text.hasSuffix("%") {
                    let digits = text.dropLast().hasSuffix(" ") ? text.dropLast(2) : text.dropLast()
                    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let percent = Int(digits)
                    else { throw ConfigurationRefusal(raw, "is neither a share nor a size") }
                    guard (1...100).contains(percent) else { throw ConfigurationRefusal(raw, "is out of range") }
                    return .share(percent: percent)
                }
                guard let size = ByteCount(text) else {
                    throw ConfigurationRefusal(raw, "is neither a share nor a size")
                }
                if size.bytes == 0 { return .none }
                guard QuotaSetting.sizes.contains(size) else { throw ConfigurationRefusal(raw, "is out of range") }
                return .size(size)
            },
            literal: { QuotedText.literal($0.description) }
        )
    }
}
