import Domain
import HTTPTypes
import Hummingbird
import Media
import NIOCore
import Store

/// The pictures of an event.
struct PictureRoutes {
    let services: APIServices

    var routes: [Route] {
        [
            route("image", "getImage", "The whole picture.") { $0.imagePath },
            plateImage,
            route("thumbnail", "getThumbnail", "The picture with at most 320 pixels on its longer side.") {
                $0.thumbnailPath
            },
        ]
    }

    /// The picture that the camera sent, else the plate cut out of the whole picture.
    private var plateImage: Route {
        Route(
            .get, "/api/lpr/events/{event_id}/plate-image", .role(.viewer),
            Operation(
                "getPlateImage", tag: "Events",
                "The picture of the plate, cut out of the whole picture when the camera sent none but said where it is.",
                parameters: [.path("event_id", "The event's id")],
                answers: [
                    .content(200, "The picture", "image/jpeg"), .content(206, "A range of it", "image/jpeg"),
                    .problem(404, "No such event, or it has no such picture"), .problem(416, "No such range"),
                ])
        ) { request, context in
            let event = try await services.store.event(context.pathParameters["event_id"] ?? "")
            if let path = event?.plateImagePath { return try await response(path, request) }
            guard let path = event?.imagePath, let box = event?.plateBox else {
                throw Problem.notFound("There is no such picture.")
            }
            return try await response(path, box, request)
        }
    }

    private func response(_ path: String, _ box: PlateBox, _ request: Request) async throws -> Response {
        // Both the picture and the place of the plate in it can be others after a correction.
        let tag = EntityTag(of: Array("\(path) \(box)".utf8))
        let cache = "private, max-age=3600"
        if tag.isNamed(by: request) { return tag.notModified(cacheControl: cache) }
        let bytes = try await services.pictures.plate(in: path, box: box)
        let headers: HTTPFields = [
            .contentType: PictureFormat.jpeg.mediaType, .eTag: tag.text, .cacheControl: cache,
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func route(
        _ name: String, _ id: String, _ meaning: String, _ path: @escaping @Sendable (LPREvent) -> String?
    ) -> Route {
        Route(
            .get, "/api/lpr/events/{event_id}/\(name)", .role(.viewer),
            Operation(
                id, tag: "Events", meaning, parameters: [.path("event_id", "The event's id")],
                answers: [
                    .content(200, "The picture", "image/jpeg"), .content(206, "A range of it", "image/jpeg"),
                    .problem(404, "No such event, or it has no such picture"), .problem(416, "No such range"),
                ])
        ) { request, context in
            guard let event = try await services.store.event(context.pathParameters["event_id"] ?? ""),
                let path = path(event)
            else { throw Problem.notFound("There is no such picture.") }
            return try await response(path, request)
        }
    }

    func response(_ path: String, _ request: Request) async throws -> Response {
        // A stored picture never changes under its name, which holds a part of its hash.
        let tag = EntityTag(of: Array(path.utf8))
        let cache = "private, max-age=86400"
        if tag.isNamed(by: request) { return tag.notModified(cacheControl: cache) }
        let file = try await services.pictures.open(path)
        var headers: HTTPFields = [
            .contentType: PictureFormat(fileExtensionOf: path)?.mediaType ?? "application/octet-stream",
            .eTag: tag.text, .cacheControl: cache, .acceptRanges: "bytes",
        ]
        let range: Range<Int>
        switch ByteRange(header: request.headers[.range], size: file.size) {
        case .whole: range = 0..<file.size
        case .part(let part):
            range = part
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(file.size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        let status: HTTPResponse.Status =
            range == 0..<file.size && headers[.contentRange] == nil ? .ok : .partialContent
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: range.count) { writer in
                // In pieces, so that a hundred slow viewers do not hold a hundred whole pictures in memory.
                var position = range.lowerBound
                while position < range.upperBound {
                    let piece = try await file.read(position..<min(position + 64 * 1_024, range.upperBound))
                    guard !piece.isEmpty else { break }
                    try await writer.write(ByteBuffer(bytes: piece))
                    position += piece.count
                }
                try await writer.finish(nil)
            })
    }
}

/// What a Range header asks for (RFC 9110 section 14); only one range of bytes is served.
enum ByteRange: Equatable {
    case whole
    case part(Range<Int>)
    case unsatisfiable

    init(header: String?, size: Int) {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else {
            self = .whole
            return
        }
        let bounds = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2 else {
            self = .whole
            return
        }
        switch (Int(bounds[0]), Int(bounds[1])) {
        case (nil, let suffix?) where bounds[0].isEmpty && suffix >= 0:
            self = suffix == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - suffix)..<size)
        case (let first?, nil) where bounds[1].isEmpty && first >= 0:
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (let first?, let last?) where first >= 0 && last >= first:
            self = first < size ? .part(first..<(min(last, size - 1) + 1)) : .unsatisfiable
        default:
            self = .whole
        }
    }
}
