import Domain
import TestSupport
import Testing

@testable import Realtime

@Suite("Filters")
struct LiveFilterTests {
    /// By the book: a star is any number of characters, a question mark is one.
    private static func matches(_ pattern: ArraySlice<Unicode.Scalar>, _ key: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = pattern.first else { return key.isEmpty }
        if first == "*" {
            return matches(pattern.dropFirst(), key) || (!key.isEmpty && matches(pattern, key.dropFirst()))
        }
        guard let next = key.first, first == "?" || first == next else { return false }
        return matches(pattern.dropFirst(), key.dropFirst())
    }

    @Test func wildcardsAtRandom() {
        var generator = SeededGenerator(20)
        let letters: [Unicode.Scalar] = ["1", "2", "ก", "ข"]
        for _ in 0..<20_000 {
            let pattern = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                (letters + ["*", "?", "*"]).randomElement(using: &generator) ?? "*"
            }
            let key = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                letters.randomElement(using: &generator) ?? "1"
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: pattern)
            // Without wildcards it is a plate, which is read as one: that is for the tests of plates.
            guard pattern.contains("*") || pattern.contains("?") else { continue }
            let expected = Self.matches(pattern[...], key[...])
            if PlateFilter(String(text)).matches(key) != expected { Issue.record("\(pattern) \(key)") }
        }
    }

    @Test("a hostile pattern takes no time")
    func hostilePattern() {
        let filter = PlateFilter(String(repeating: "*1", count: 15) + "2")
        #expect(!filter.matches([Unicode.Scalar](repeating: "1", count: 500)))
    }

    @Test(
        "plates",
        arguments: [
            ("1กก 1234", "1กก1234", true), ("1กก1234", "1กก12345", false), ("1กก*", "1กก1234", true),
            ("*34", "1กก1234", true),
            ("1??1*", "1กก1234", true), ("*", "x", true), ("?", "", false), ("*", "", true),
        ])
    func plates(pattern: String, key: String, isMatch: Bool) {
        #expect(PlateFilter(pattern).matches(Array(key.unicodeScalars)) == isMatch)
    }

    @Test("what is about no device or plate passes")
    func passes() {
        let filter = LiveFilter(device: "a", plate: PlateFilter("1*"))
        #expect(filter.matches(LiveItem(.systemStatus, [])))
        #expect(filter.matches(LiveItem(.deleted, [], sequence: 1)))
        #expect(filter.matches(LiveItem(.deviceStatus, [], device: "a")))
        #expect(!filter.matches(LiveItem(.deviceStatus, [], device: "b")))
        #expect(!filter.matches(LiveItem(.received, [], sequence: 1, device: "a")), "a read without a plate")
        #expect(filter.matches(LiveItem(.updated, [], sequence: 1, device: "a", plateKey: "12")))
    }

    @Test(
        "subscriptions",
        arguments: [
            ("null", nil), ("{}", nil), ("{\"events\":null,\"device\":null,\"plate\":null,\"since\":null}", nil),
            ("{\"events\":[],\"device\":\"gate-1\",\"plate\":\"1กก*\",\"since\":0}", nil),
            ("{\"since\":9223372036854775807}", nil), ("[]", "an object"), ("1", "an object"), ("\"x\"", "an object"),
            ("{\"events\":\"lpr_event_received\"}", "must be a list"), ("{\"events\":[\"x\"]}", "which is none"),
            ("{\"events\":[1]}", "which is none"), ("{\"device\":1}", "must be the id"),
            ("{\"device\":\"\"}", "must be the id"),
            ("{\"plate\":1}", "must be a plate"), ("{\"since\":-1}", "id of a frame"),
            ("{\"since\":1.5}", "id of a frame"),
            ("{\"since\":\"1\"}", "id of a frame"), ("{\"x\":1}", "is unknown"),
        ] as [(String, String?)])
    func subscription(json: String, fault: String?) throws {
        let payload = try JSONParser.parse(json)
        do throws(MessageFault) {
            _ = try LiveSubscription(payload)
            #expect(fault == nil)
        } catch {
            #expect(error.code == .invalid && error.message.contains(fault ?? "nothing"), "\(error.message)")
        }
    }

    @Test("all faults at once")
    func allFaults() throws {
        let payload = try JSONParser.parse("{\"events\":[\"x\",\"y\"],\"device\":1,\"z\":1}")
        let error = #expect(throws: MessageFault.self) { try LiveSubscription(payload) }
        #expect(error?.fields.map(\.field) == ["events", "events", "device", "z"])
    }

    @Test("roles")
    func roles() {
        #expect(LiveListener.allowed(.admin) == .all && LiveListener.allowed(.operator) == .all)
        #expect(LiveListener.allowed(.viewer).names == LiveEventName.allCases.filter { $0 != .error })
        #expect(LiveListener.allowed(.device) == .none && LiveListener.allowed(.metrics) == .none)
    }
}
