import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads request bodies within bounds (invariant 5).
struct BodyReader {
    /// Bytes of one body.
    let limit: Int
    /// How long to wait for room when many large bodies come at once. Cameras that do not repeat lose nothing then; TCP
    /// holds them back. Shorter than `http.body_timeout`, which ends a connection that stands still.
    var patience: Duration = .zero
    /// What the time is; set by tests.
    var now: @Sendable () -> ContinuousClock.Instant = { .now }
    /// A body may take this long at any rate; after it, it must have come at `minimumRate` on average.
    static let graceTime: Duration = .seconds(30)
    /// Bytes per second. A camera on the worst mobile link is faster by far; a sender that drips is not.
    static let minimumRate: Int64 = 256
    /// The patience of calls that take events one by one.
    static let eventPatience: Duration = .seconds(20)

    /// - Throws: `Problem` 413 when it is too large, 408 when it drips, 503 when too many large ones come at once.
    func read(_ request: Request, _ context: APIContext) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > limit {
            throw tooLarge(context)
        }
        // Asked once for all of it, so that it never waits half-read; a body of unknown length asks for the most that it
        // can become, once it is more than everybody may hold.
        let whole = patience > .zero ? declaredLength(of: request) ?? min(limit, context.bodyHold?.limit ?? limit) : 0
        if patience > .zero, declaredLength(of: request) != nil { try await hold(whole, context) }
        var bytes: [UInt8] = []
        var start = now()
        for try await chunk in request.body {
            let size = bytes.count + chunk.readableBytes
            guard size <= limit else { throw tooLarge(context) }
            if size > BodyBudget.free {
                let before = now()
                try await hold(max(size, whole), context)
                start += before.duration(to: now())
            }
            bytes.append(contentsOf: chunk.readableBytesView)
            let elapsed = start.duration(to: now())
            if elapsed > Self.graceTime, Int64(bytes.count) < Self.minimumRate * elapsed.components.seconds {
                throw ending(
                    context,
                    Problem(
                        .requestTimeout, .slowBody,
                        "The body comes too slowly; send at least \(Self.minimumRate) bytes/s."))
            }
        }
        context.bodyHold?.shrink(to: bytes.count)
        return bytes
    }

    /// What a `Content-Length` that is no lie says, or nil when there is none.
    private func declaredLength(of request: Request) -> Int? {
        request.headers[.contentLength].flatMap { Int($0) }.flatMap { (0...limit).contains($0) ? $0 : nil }
    }

    /// - Throws: `Problem` 503 when there is no room.
    private func hold(_ size: Int, _ context: APIContext) async throws {
        guard let hold = context.bodyHold, await !hold.grow(to: size, patience: patience) else { return }
        throw ending(
            context,
            Problem(
                .serviceUnavailable, .busy, "Too many large bodies come at once; send it again soon.",
                retryAfter: .seconds(2)))
    }

    /// The rest of the body would be read and thrown away for as long as the sender likes.
    private func tooLarge(_ context: APIContext) -> Problem {
        ending(context, Problem(.contentTooLarge, .tooLarge, "The body is larger than \(limit) bytes."))
    }

    private func ending(_ context: APIContext, _ problem: Problem) -> Problem {
        context.closeSoon()
        var problem = problem
        problem.endsConnection = true
        return problem
    }
}
