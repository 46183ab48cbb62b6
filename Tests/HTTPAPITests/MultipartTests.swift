import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct MultipartTests {
    static let body = Array(
        "--xyz\r\nContent-Disposition: form-data; name=\"event\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n--xyz\r\ncontent-disposition: form-data; name=image; filename=\"a;b.jpg\"\r\n\r\n\u{1}\r\n--xy\u{2}\r\n--xyz--\r\nepilogue"
            .utf8)

    @Test func parts() throws {
        let parts = try Multipart.parts(of: Self.body, boundary: "xyz")
        #expect(parts.map(\.name) == ["event", "image"])
        #expect(parts[0].contentType == "application/json")
        #expect(parts[0].content == Array("{\"a\":1}".utf8))
        #expect(parts[1].content == Array("\u{1}\r\n--xy\u{2}".utf8))
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"), ("multipart/form-data; charset=x; BOUNDARY=\"a b\"", "a b"),
        ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
        ("multipart/form-data; boundary=\"\"", nil),
        ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), nil),
    ])
    func boundary(_ header: String, _ boundary: String?) {
        #expect(Multipart.boundary(ofContentType: header) == boundary)
    }

    @Test(arguments: [
        ("", Multipart.Failure.noFirstBoundary), ("hello", .noFirstBoundary), ("--xyz", .unfinished),
        ("--xyz\r\n", .badHeaders), ("--xyz\r\nno colon\r\n\r\n\r\n--xyz--", .badHeaders),
        ("--xyz\r\nA: b\r\n\r\nx\r\n--xyz--", .unnamedPart),
        ("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", .unfinished),
        ("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--xyz", .unfinished),
        (
            String(repeating: "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n", count: 17) + "--xyz--",
            .tooManyParts
        ),
        ("--xyz\r\nA: " + String(repeating: "x", count: 17_000) + "\r\n\r\n\r\n--xyz--", .badHeaders),
    ])
    func failures(_ body: String, _ failure: Multipart.Failure) {
        #expect(throws: failure) { try Multipart.parts(of: Array(body.utf8), boundary: "xyz") }
    }

    @Test func emptyPartAndNothing() throws {
        let empty = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--xyz--"
        #expect(try Multipart.parts(of: Array(empty.utf8), boundary: "xyz").map(\.content) == [[]])
        #expect(try Multipart.parts(of: Array("--xyz--".utf8), boundary: "xyz").isEmpty)
    }

    /// Whatever comes: parts that lie within the body, or a failure.
    @Test func mutations() {
        var generator = SeededGenerator(2_026)
        var successes = 0
        let pieces: [[UInt8]] = [
            Array("\r\n".utf8), Array("--xyz".utf8), Array("--".utf8), Array("\r\n--xyz".utf8), Array("\r\n\r\n".utf8),
            [0], [0xFF], Array(":".utf8), Array("\"".utf8), [],
        ]
        for _ in 0..<20_000 {
            var body = Self.body
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let start = Int.random(in: 0...body.count, using: &generator)
                let end = min(body.count, start + Int.random(in: 0...6, using: &generator))
                let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                body.replaceSubrange(start..<end, with: piece)
            }
            guard let parts = try? Multipart.parts(of: body, boundary: "xyz") else { continue }
            successes += 1
            #expect(parts.count <= Multipart.partLimit)
            #expect(parts.reduce(0) { $0 + $1.content.count } <= body.count)
        }
        #expect(successes > 1_000)
    }
}
