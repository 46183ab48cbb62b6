import Identity
import Testing

@testable import Realtime

@Suite("Which pages may connect")
struct CallerTests {
    static let allowed: Set<String> = ["https://map.example.org", "http://10.0.0.5:8080"]

    static let cases: [(origin: String?, host: String?, isAllowed: Bool)] = [
        (nil, "box:8080", true), (nil, nil, true), ("http://box:8080", "box:8080", true), ("http://box", "box", true),
        ("https://box", "box", true), ("http://box:80", "box", true), ("https://box:443", "box", true),
        ("https://BOX", "box", true), ("http://box", "BOX:80", true), ("http://[::1]:8080", "[::1]:8080", true),
        ("http://[::1]", "[::1]:80", true), ("https://map.example.org", "box", true),
        ("http://10.0.0.5:8080", "box", true), ("http://map.example.org", "box", false),
        ("https://map.example.org.evil.com", "box", false), ("http://10.0.0.5", "box", false),
        ("http://box:8081", "box:8080", false), ("http://box", "box:8080", false), ("http://evil", "box", false),
        ("http://box.evil", "box", false), ("http://evilbox", "box", false), ("null", "box", false), ("", "box", false),
        ("box", "box", false), ("file://", "box", false), ("ftp://box", "box", false), ("http://", "box", false),
        ("http://box/", "box", false), ("http://user@box", "box", false), ("http://box", nil, false),
    ]

    @Test("origins", arguments: cases.indices)
    func origin(index: Int) {
        let (origin, host, isAllowed) = Self.cases[index]
        let caller = Caller(address: "192.0.2.1", credentials: Credentials(), ticket: nil, origin: origin, host: host)
        #expect(caller.isFromAllowedOrigin(Self.allowed) == isAllowed, "\(origin ?? "none") at \(host ?? "none")")
    }

    @Test("the first parameter of a name counts")
    func query() {
        let query = LiveQuery("a=1&a=2&b=%E0%B8%81+x&c&d=%ZZ&=e&f=g=h")
        #expect(
            query["a"] == "1" && query["b"] == "ก x" && query["c"] == "" && query["d"] == nil && query["f"] == "g=h")
        #expect(query["z"] == nil)
        let many = LiveQuery((0..<100).map { "n\($0)=x" }.joined(separator: "&"))
        #expect(many["n31"] == "x" && many["n32"] == nil)
    }
}
