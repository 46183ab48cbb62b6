import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `/api/files`: files that devices sent whole, by SFTP or rsync.
struct FileRoutes {
    let services: APIServices

    var routes: [Route] {
        [
            list, remove,
            picture("image", "getFileImage", "The picture that the file is.") { $0.picturePath },
            picture("thumbnail", "getFileThumbnail", "The same with at most 320 pixels on its longer side.") {
                $0.thumbnailPath
            },
        ]
    }

    private static let path = "/api/files/{file_id}"
    private static let pathParameters = [Operation.Parameter.path("file_id", "The file's number")]

    private var list: Route {
        Route(
            .get, "/api/files", .role(.viewer),
            Operation(
                "listFiles", tag: "Files", "A page of files that devices sent whole, newest first.",
                parameters: [
                    .query(
                        "state", "`unclaimed`: pictures that wait for their event; `noted`: what was not taken.",
                        ["type": "string", "enum": ["unclaimed", "joined", "noted"]]),
                    .query("device", "Only files of this device."),
                    .query(
                        "limit", "Files of one page.",
                        ["type": "integer", "minimum": 1, "maximum": 500, "default": 50]),
                    .query("cursor", "`next` of the page before."),
                ],
                answers: [.json(200, "A page", .reference("FilePage")), .problem(422, "A parameter is wrong")])
        ) { request, _ in
            var query = QueryReader(request)
            let limit = query.integer("limit", in: 1...ReceivedFilePage.limit, default: 50)
            let device = query.text("device", limit: 50)
            let stateText = query.text("state", limit: 20)
            let state = stateText.flatMap { ReceivedFileRecord.State(rawValue: $0) }
            if stateText != nil, state == nil { query.problem("state", "must be unclaimed, joined or noted") }
            let cursorText = query.text("cursor", limit: 20)
            let cursor = cursorText.flatMap { Int64($0) }
            if cursorText != nil, cursor == nil { query.problem("cursor", "is not one that this call has given") }
            try query.check()
            let (page, unclaimed) = try await services.store.read { database in
                (
                    try ReceivedFilePage.read(
                        state: state, deviceID: device, after: cursor, limit: limit, database),
                    try UnclaimedFiles.count(database)
                )
            }
            return Reply.json(to: request) { writer in
                writer.name("files")
                writer.array { writer in
                    for file in page.files { writer.object { file.write(to: &$0) } }
                }
                writer.name("unclaimed")
                writer.object { writer in
                    writer.member("count", Int64(unclaimed.count))
                    writer.member("bytes", unclaimed.byteCount)
                }
                writer.member("next", page.next.map { String($0) })
            }
        }
    }

    private func picture(
        _ name: String, _ id: String, _ meaning: String, _ path: @escaping @Sendable (ReceivedFileRecord) -> String?
    ) -> Route {
        Route(
            .get, Self.path + "/\(name)", .role(.viewer),
            Operation(
                id, tag: "Files", meaning, parameters: Self.pathParameters,
                answers: [
                    .content(200, "The picture", "image/jpeg"), .content(206, "A range of it", "image/jpeg"),
                    .problem(404, "No such file, or it is no picture"), .problem(416, "No such range"),
                ])
        ) { request, context in
            guard let file = try await file(context), let path = path(file) else {
                throw Problem.notFound("There is no such picture.")
            }
            return try await PictureRoutes(services: services).response(path, request)
        }
    }

    private func file(_ context: APIContext) async throws -> ReceivedFileRecord? {
        guard let id = context.pathParameters["file_id"].flatMap({ Int64($0) }) else { return nil }
        return try await services.store.read { try ReceivedFileRecord.fetch(id: id, $0) }
    }

    private var remove: Route {
        Route(
            .delete, Self.path, .role(.operator),
            Operation(
                "deleteFile", tag: "Files", "Deletes a picture that no event has claimed.",
                parameters: Self.pathParameters,
                answers: [.empty(204, "Deleted"), .problem(404, "There is no such file, or an event has it")])
        ) { _, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            guard let id = context.pathParameters["file_id"].flatMap({ Int64($0) }),
                try await services.intake.deleteUnclaimedFile(id: id, by: principal.displayName)
            else { throw Problem.notFound("There is no such file that waits for its event.") }
            return Reply.empty()
        }
    }
}

extension ReceivedFileRecord {
    /// Writes the members of the file's object.
    func write(to writer: inout JSONWriter) {
        writer.member("file_id", id)
        writer.member("device_id", deviceID)
        writer.member("path", path)
        writer.member("size", size)
        writer.member("kind", kind.rawValue)
        writer.member("state", state.rawValue)
        writer.member("event_id", eventID)
        writer.member("problem", problem)
        writer.member("protocol", sourceProtocol.rawValue)
        writer.member("modified_at", modifiedAt)
        writer.member("received_at", receivedAt)
        writer.member("image_url", picturePath.map { _ in "/api/files/\(id)/image" })
        writer.member("thumbnail_url", thumbnailPath.map { _ in "/api/files/\(id)/thumbnail" })
    }
}
