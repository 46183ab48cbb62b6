import Identity
import Testing

@Suite("Which page is the appliance's own")
struct PageOriginTests {
    static let cases: [(origin: String, host: String?, http: Bool, https: Bool)] = [
        ("http://box", "box", true, false), ("https://box", "box", false, true),
        ("http://box:8080", "box:8080", true, false), ("https://box:8443", "box:8443", false, true),
        // Only the scheme's own port may be left out.
        ("http://box", "box:80", true, false), ("http://box:80", "box", true, false),
        ("https://box", "box:443", false, true), ("https://box:443", "BOX", false, true),
        ("http://box", "box:443", false, false), ("https://box", "box:80", false, false),
        ("https://box:80", "box", false, false), ("http://[::1]", "[::1]:80", true, false),
        ("http://box", "", false, false), ("http://", "", false, false), ("http://", nil, false, false),
        ("http://box", nil, false, false), ("http://:80", ":80", false, false), ("http://box/", "box", false, false),
        ("http://user@box", "box", false, false), ("null", "box", false, false), ("box", "box", false, false),
        ("ftp://box", "box", false, false), ("http://box.evil", "box", false, false),
        ("http://evil", "box", false, false), ("HTTP://box", "box", false, false),
    ]

    @Test(arguments: cases.indices)
    func own(index: Int) {
        let (origin, host, http, https) = Self.cases[index]
        #expect(PageOrigin.isOwn(origin, host: host, schemes: ["http"]) == http)
        #expect(PageOrigin.isOwn(origin, host: host, schemes: ["https"]) == https)
        #expect(PageOrigin.isOwn(origin, host: host, schemes: ["http", "https"]) == (http || https))
        #expect(!PageOrigin.isOwn(origin, host: host, schemes: []))
    }
}
