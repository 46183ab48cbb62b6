/// What a topic says about a message.
enum InboundTopic: Hashable, Sendable {
    /// A read, or any message of a field camera. `device` is nil where the topic does not name one.
    case data(device: String?)
    case status(device: String)
    case transferRequest(device: String?)
    /// The topic belongs to nothing that is subscribed to.
    case unknown

    static let dataFilter = "lpr/data/edge/+"
    static let statusFilter = "system/status/+"
    static let requestFilter = "file/transfer/request"

    /// What is subscribed to besides `mqtt.extra_topics`.
    static let filters = [dataFilter, statusFilter, requestFilter, requestFilter + "/+"]

    init(_ topic: String, extra: [TopicPattern]) {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        switch (levels.count, levels.prefix(3)) {
        case (4, ["lpr", "data", "edge"]): self = .data(device: String(levels[3]))
        case (3, let prefix) where prefix.prefix(2) == ["system", "status"]: self = .status(device: String(levels[2]))
        case (3, ["file", "transfer", "request"]): self = .transferRequest(device: nil)
        case (4, ["file", "transfer", "request"]): self = .transferRequest(device: String(levels[3]))
        default:
            for pattern in extra {
                if case .yes(let device) = pattern.match(topic) {
                    self = .data(device: device)
                    return
                }
            }
            self = .unknown
        }
    }
}
