/// What to do after the appliance has answered a message, or has not.
enum DemoVerdict: Equatable, Sendable {
    /// It is kept.
    case kept
    /// It will never be taken: sending it again would not help.
    case refused
    /// The key is not known, as after a new start with an empty data directory.
    case needsKey
    /// Not now; the same message again after a while, at least this long when the appliance said so.
    case again(after: Duration?)

    /// - Parameter retryAfter: the header `Retry-After`, in seconds.
    init(status: UInt, retryAfter: String?) {
        switch status {
        case 200..<300: self = .kept
        case 401: self = .needsKey
        case 408, 429, 500...: self = .again(after: retryAfter.flatMap { Int64($0) }.map { .seconds(max(0, $0)) })
        default: self = .refused
        }
    }

    /// The pause before attempt number `attempt`, which counts from 1: half a second, doubled up to five seconds.
    static func pause(beforeAttempt attempt: Int, asked: Duration?) -> Duration {
        let own = Duration.milliseconds(500 << min(max(0, attempt - 2), 4))
        return max(min(own, .seconds(5)), min(asked ?? .zero, .seconds(60)))
    }
}
