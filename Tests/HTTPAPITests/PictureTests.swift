import HTTPTypes
import Media
import Testing

@testable import HTTPAPI
@testable import Identity

@Suite struct PictureTests {
    private func form(_ parts: [(name: String, fileName: String?, content: [UInt8])]) -> [UInt8] {
        var body: [UInt8] = []
        for part in parts {
            body += Array("--b\r\nContent-Disposition: form-data; name=\"\(part.name)\"".utf8)
            if let fileName = part.fileName { body += Array("; filename=\"\(fileName)\"".utf8) }
            body += Array("\r\n\r\n".utf8) + part.content + Array("\r\n".utf8)
        }
        return body + Array("--b--\r\n".utf8)
    }

    private let formHeaders: HTTPFields = [.contentType: "multipart/form-data; boundary=b"]

    @Test func formWithPNGNamedJPG() async throws {
        let site = try await TestSite()
        let body = form([
            ("event", nil, Array(site.event("a").utf8)), ("image", "photo.jpg", SamplePicture.png),
            ("plate_image", "../../plate.png", SamplePicture.jpeg),
        ])
        let answer = try await site.send(.post, "/api/lpr/events", as: .device, headers: formHeaders, bytes: body)
        #expect(answer.status == 201, "\(answer.text)")
        #expect(answer.string("image_path")?.hasSuffix(".png") == true)
        let image = try await site.send(.get, "/api/lpr/events/a/image", as: .viewer)
        #expect(image.headers[.contentType] == "image/png")
        #expect(image.bytes == SamplePicture.png)
        let plate = try await site.send(.get, "/api/lpr/events/a/plate-image", as: .viewer)
        #expect(plate.headers[.contentType] == "image/jpeg")
        #expect(plate.bytes == SamplePicture.jpeg)
    }

    @Test func thePlateIsCutOutOfThePictureWhenTheCameraSaysWhereItIs() async throws {
        let site = try await TestSite()
        let picture = #","image":"\#(SamplePicture.jpegText)""#
        for (id, extra) in [
            ("inside", picture + #","metadata":{"bbox":[0,0,1,1]}"#), ("none", picture),
            ("outside", picture + #","metadata":{"bbox":[90000,90000,90010,90010]}"#),
            ("no-picture", #","metadata":{"bbox":[0,0,1,1]}"#),
        ] {
            let answer = try await site.send(.post, "/api/lpr/events", as: .device, site.event(id, extra: extra))
            #expect(answer.status == 201, "\(answer.text)")
        }
        let event = try await site.send(.get, "/api/lpr/events/inside", as: .viewer)
        #expect(event.string("plate_image_url") == "/api/lpr/events/inside/plate-image", "\(event.text)")
        let plate = try await site.send(.get, "/api/lpr/events/inside/plate-image", as: .viewer)
        #expect(plate.status == 200 && plate.headers[.contentType] == "image/jpeg")
        #expect(try PictureHeader.read(plate.bytes).format == .jpeg)
        let tag = try #require(plate.headers[.eTag])
        let again = try await site.send(
            .get, "/api/lpr/events/inside/plate-image", as: .viewer, headers: [.ifNoneMatch: tag])
        #expect(again.status == 304)
        for id in ["none", "outside", "no-picture"] {
            #expect(try await site.send(.get, "/api/lpr/events/\(id)/plate-image", as: .viewer).status == 404)
        }
        let none = try await site.send(.get, "/api/lpr/events/none", as: .viewer)
        #expect(none.string("plate_image_url") == nil)
    }

    @Test func badForms() async throws {
        let site = try await TestSite()
        let event = Array(site.event("a").utf8)
        let cases: [([(name: String, fileName: String?, content: [UInt8])], Int, String?)] = [
            ([("image", nil, SamplePicture.png)], 422, "event"),
            ([("event", nil, event), ("event", nil, event)], 422, "event"),
            ([("event", nil, event), ("picture", nil, [])], 422, "picture"),
            ([("event", nil, event), ("image", "x.jpg", Array("no picture".utf8))], 422, "image"),
            ([("event", nil, Array("{".utf8))], 400, nil),
        ]
        for (parts, status, field) in cases {
            let answer = try await site.send(
                .post, "/api/lpr/events", as: .device, headers: formHeaders, bytes: form(parts))
            #expect(answer.status == status, "\(answer.text)")
            if let field { #expect(answer.fieldsInError == [field]) }
        }
        let noBoundary = try await site.send(
            .post, "/api/lpr/events", as: .device, headers: [.contentType: "multipart/form-data"],
            bytes: form([("event", nil, event)]))
        #expect(noBoundary.status == 400)
    }

    @Test func ranges() async throws {
        let site = try await TestSite()
        _ = try await site.send(
            .post, "/api/lpr/events", as: .device,
            site.event("a", extra: #","image":"\#(SamplePicture.jpegText)""#))
        let size = SamplePicture.jpeg.count
        let whole = try await site.send(.get, "/api/lpr/events/a/image", as: .viewer)
        #expect(whole.status == 200)
        #expect(whole.headers[.cacheControl] == "private, max-age=86400")
        let part = try await site.send(.get, "/api/lpr/events/a/image", as: .viewer, headers: [.range: "bytes=2-5"])
        #expect(part.status == 206)
        #expect(part.bytes == Array(SamplePicture.jpeg[2...5]))
        #expect(part.headers[.contentRange] == "bytes 2-5/\(size)")
        let beyond = try await site.send(
            .get, "/api/lpr/events/a/image", as: .viewer, headers: [.range: "bytes=\(size)-"])
        #expect(beyond.status == 416)
        #expect(beyond.headers[.contentRange] == "bytes */\(size)")
        let tag = try #require(whole.headers[.eTag])
        let unchanged = try await site.send(
            .get, "/api/lpr/events/a/image", as: .viewer, headers: [.ifNoneMatch: tag])
        #expect(unchanged.status == 304)
        #expect(unchanged.bytes.isEmpty)
        let thumbnail = try await site.send(.get, "/api/lpr/events/a/thumbnail", as: .viewer)
        #expect(thumbnail.status == 200)
        #expect(thumbnail.bytes.starts(with: [0xFF, 0xD8]))
    }

    @Test(
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-9", .part(0..<10)), ("bytes=0-", .part(0..<100)),
            ("bytes=99-", .part(99..<100)), ("bytes=-1", .part(99..<100)), ("bytes=-1000", .part(0..<100)),
            ("bytes=5-1000", .part(5..<100)), ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=5-4", .whole), ("bytes=0-1,3-4", .whole), ("bytes=", .whole), ("bytes=-", .whole),
            ("lines=0-1", .whole), ("bytes=a-b", .whole), ("bytes=1-2-3", .whole), ("bytes=--1", .whole),
            ("bytes=-9223372036854775808", .whole), ("bytes=9223372036854775807-", .unsatisfiable),
            ("bytes=0-9223372036854775807", .part(0..<100)), ("bytes=99999999999999999999-", .whole),
        ] as [(String?, ByteRange)])
    func rangeHeader(_ header: String?, _ range: ByteRange) {
        #expect(ByteRange(header: header, size: 100) == range)
    }

    @Test func rangeOfNothing() {
        #expect(ByteRange(header: "bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange(header: "bytes=-5", size: 0) == .unsatisfiable)
    }

    /// A camera can announce any path; it neither shows nor takes away the picture of another event.
    @Test func announcedPathOfAnotherEvent() async throws {
        let site = try await TestSite()
        let first = try await site.send(
            .post, "/api/lpr/events", as: .device,
            site.event("a", extra: #","image":"\#(SamplePicture.jpegText)""#))
        let path = try #require(first.string("image_path"))
        let second = try await site.send(
            .post, "/api/lpr/events", as: .otherDevice,
            site.event("thief", device: "gate-2", extra: #","image_path":"\#(path)""#))
        #expect(second.status == 201)
        #expect(try await site.send(.get, "/api/lpr/events/thief/image", as: .viewer).status == 404)
        #expect(try await site.send(.delete, "/api/lpr/events/thief", as: .admin).status == 204)
        #expect(try await site.send(.get, "/api/lpr/events/a/image", as: .viewer).status == 200)
        #expect(try await site.send(.delete, "/api/lpr/events/a", as: .admin).status == 204)
        await #expect(throws: (any Error).self) { try await site.services.pictures.open(path) }
    }

    /// Deleting an event while it is being sent again must not leave a row without its picture.
    @Test func deleteBesideRepeat() async throws {
        let site = try await TestSite()
        let body = site.event("a", extra: #","image":"\#(SamplePicture.jpegText)""#)
        for _ in 0..<20 {
            async let sent = site.send(.post, "/api/lpr/events", as: .device, body)
            async let deleted = site.send(.delete, "/api/lpr/events/a", as: .admin)
            _ = try await (sent, deleted)
            let event = try await site.send(.get, "/api/lpr/events/a", as: .viewer)
            if event.status == 200 {
                #expect(try await site.send(.get, "/api/lpr/events/a/image", as: .viewer).status == 200)
            }
        }
    }
}
