import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads request bodies within bounds (invariant 5).
struct BodyReader {
    /// Bytes of one body.
    let limit: Int
    /// What the time is; set by tests.
    var now: @Sendable () -> ContinuousClock.Instant = { .now }
    /// A body may take this long at any rate; after it, it must have come at `minimumRate` on average.
    static let graceTime: Duration = .seconds(30)
    /// Bytes per second. A camera on the worst mobile link is faster by far; a sender that drips is not.
    static let minimumRate: Int64 = 256

    /// - Throws: `Problem` 413 when it is too large, 408 when it drips, 503 when too many large ones come at once.
    func read(_ request: Request, _ context: APIContext) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > limit {
            throw tooLarge(context)
        }
        var bytes: [UInt8] = []
        let start = now()
        for try await chunk in request.body {
            guard bytes.count + chunk.readableBytes <= limit else { throw tooLarge(context) }
            guard context.bodyHold?.grow(to: bytes.count + chunk.readableBytes) ?? true else {
                context.closeSoon()
                throw Problem(
                    .serviceUnavailable, .busy, "Too many large bodies come at once; send it again soon.",
                    retryAfter: .seconds(2))
            }
            bytes.append(contentsOf: chunk.readableBytesView)
            let elapsed = start.duration(to: now())
            if elapsed > Self.graceTime, Int64(bytes.count) < Self.minimumRate * elapsed.components.seconds {
                context.closeSoon()
                throw Problem(
                    .requestTimeout, .slowBody, "The body comes too slowly; send at least \(Self.minimumRate) bytes/s.")
            }
        }
        return bytes
    }

    /// The rest of the body would be read and thrown away for as long as the sender likes.
    private func tooLarge(_ context: APIContext) -> Problem {
        context.closeSoon()
        return Problem(.contentTooLarge, .tooLarge, "The body is larger than \(limit) bytes.")
    }
}
