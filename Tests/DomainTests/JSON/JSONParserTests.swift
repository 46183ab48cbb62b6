import Domain
import TestSupport
import Testing

@Suite("JSON parser")
struct JSONParserTests {
    @Test(
        "reads what RFC 8259 allows",
        arguments: [
            (" null ", "null"), ("true", "true"), ("[]", "[]"), ("{}", "{}"),
            ("[1,-0,1.50,2E+3,0.1]", "[1,-0,1.50,2E+3,0.1]"),
            (#"{"a":{"b":[{"c":null}]}}"#, #"{"a":{"b":[{"c":null}]}}"#),
            (#""\u0e01\ud83d\ude97\/\n""#, "\"ก🚗/\\n\""), ("\u{FEFF}[1]", "[1]"),
            ("12345678901234567890123.5", "12345678901234567890123.5"), (#"{"b":1,"a":2}"#, #"{"b":1,"a":2}"#),
        ])
    func reads(text: String, expected: String) throws {
        #expect(try JSONParser.parse(text).text == expected)
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", " ", "nul", "tru", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "-", "1.", ".5",
            "1e", "+1", "NaN", "Infinity", "'a'", "\"\u{01}\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"", "[", "{", "\"", "[1]]", "1 1", "{\"a\":1,\"a\":2}", "// c\n1", "{\"a\":1}x",
            String(repeating: "[", count: 33) + String(repeating: "]", count: 33), String(repeating: "1", count: 65),
        ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    @Test("refuses invalid UTF-8 and says where")
    func invalidUTF8() throws {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse([0x5B, 0x22, 0xC3, 0x28, 0x22, 0x5D]) }
        #expect(error?.offset == 2)
        #expect(error?.reason.contains("UTF-8") == true)
    }

    @Test("bounds the number of values, not only their depth")
    func valueLimit() {
        let flood = "[" + String(repeating: "0,", count: 1_000) + "0]"
        #expect(throws: JSONError.self) { try JSONParser.parse(flood, limits: .init(values: 1_000)) }
        #expect(throws: Never.self) { try JSONParser.parse(flood, limits: .init(values: 1_002)) }
    }

    @Test("finds a repeated name among many")
    func repeatedNameAmongMany() {
        let members = (0..<500).map { "\"k\($0)\":0" }
        #expect(throws: Never.self) { try JSONParser.parse("{" + members.joined(separator: ",") + "}") }
        #expect(throws: JSONError.self) {
            try JSONParser.parse("{" + (members + ["\"k300\":1"]).joined(separator: ",") + "}")
        }
    }

    @Test(arguments: [("5", 5), ("5.0", 5), ("5e2", 500), ("-9223372036854775808", Int64.min)])
    func wholeNumbers(text: String, expected: Int64) throws {
        #expect(try JSONParser.parse(text).integerValue == expected)
    }

    @Test(arguments: ["5.5", "1e30", "99999999999999999999"])
    func numbersThatAreNotWhole(text: String) throws {
        #expect(try JSONParser.parse(text).integerValue == nil)
        #expect(try JSONParser.parse(text).doubleValue != nil)
    }

    @Test("what it writes it reads again, and damaged texts never bring it down")
    func fuzz() throws {
        let seed = Array(
            #"{"event_id":"e-1","license_plate":"1กก 1234","confidence":0.93,"metadata":{"a":[1,true,null,"\u0e01\\"]}}"#
                .utf8)
        var generator = SeededGenerator(20_261_123)
        var sound = 0
        for _ in 0..<20_000 {
            guard let value = try? JSONParser.parse(mutated(seed, using: &generator)) else { continue }
            sound += 1
            #expect(try JSONParser.parse(value.text) == value)
        }
        // The mutations must leave some texts sound, or the comparison above never ran.
        #expect(sound > 100)
    }
}
