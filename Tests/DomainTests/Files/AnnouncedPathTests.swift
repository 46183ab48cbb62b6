import Domain
import Testing

@Suite("Paths that cameras announce")
struct AnnouncedPathTests {
    private static func closeness(_ announced: String, _ file: String) -> AnnouncedPath.Closeness? {
        AnnouncedPath(announced).closeness(to: AnnouncedPath(file))
    }

    @Test(
        "the closer file is the one that is meant",
        arguments: [
            ("a/x.jpg", "a/x.jpg", "x.jpg"), ("a/x.jpg", "a/x.jpeg", "b/a/x.jpg"), ("/d/a/x.jpg", "a/x.jpg", "x.jpg"),
            ("x.jpg", "a/x.jpg", "a/x.png"), ("/d/a/x.jpg", "x.jpg", "u/x.jpg"),
            ("/d/a/x.jpg", "u/a/x.jpg", "u/v/x.jpg"),
        ])
    func order(announced: String, closer: String, farther: String) throws {
        let near = try #require(Self.closeness(announced, closer))
        let far = try #require(Self.closeness(announced, farther))
        #expect(far < near && !(near < far) && near != far)
    }

    @Test(
        "what is another file",
        arguments: [
            ("x.jpg", "y.jpg"), ("a/x.jpg", "b/x.jpg"), ("/1/x.jpg", "2/x.jpg"), ("/a10b/x.jpg", "a9b/x.jpg"),
            ("", "x.jpg"),
            ("x.jpg", ""), ("/", "/"), ("x.json", "x.jpg"),
        ])
    func other(announced: String, file: String) {
        #expect(Self.closeness(announced, file) == nil)
    }

    @Test(
        "names and stems",
        arguments: [
            ("a/x.jpg", "x", "x", true), ("x.JPEG", "x", "x", true), ("x.tar.webp", "x.tar", "x.tar", true),
            ("x.txt", "x.txt", "x", false), (".jpg", ".jpg", ".jpg", false), ("", "", "", false),
            ("a/", "a", "a", false),
            ("ทะเบียน.png", "ทะเบียน", "ทะเบียน", true),
        ])
    func parts(path: String, name: String, stem: String, isNamedLikePicture: Bool) {
        let path = AnnouncedPath(path)
        #expect(path.name == name && path.stem == stem && path.isNamedLikePicture == isNamedLikePicture)
    }
}
