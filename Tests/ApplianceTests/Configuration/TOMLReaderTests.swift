import TestSupport
import Testing

@testable import Appliance

@Suite struct TOMLReaderTests {
    private func statements(_ toml: String) throws -> [TOMLReader.Statement] {
        var reader = TOMLReader(Array(toml.utf8))
        try reader.readDocument()
        return reader.statements
    }

    static let values: [(toml: String, value: ConfigurationRawValue)] = [
        ("\"a # b\"", .string("a # b")), ("''", .string("")), ("\"\"", .string("")), ("'C:\\x'", .string("C:\\x")),
        ("\"\\b\\t\\n\\f\\r\\\"\\\\\"", .string("\u{8}\t\n\u{c}\r\"\\")), ("\"\\u0e01\\U0001F697\"", .string("ก🚗")),
        ("\"\"\"\na\n b\"\"\"", .string("a\n b")), ("\"\"\"\r\na\"\"\"", .string("a")),
        ("\"\"\"a\\\n   \n  b\"\"\"", .string("ab")), ("\"\"\"a\\  \n b\"\"\"", .string("ab")),
        ("\"\"\"a\"\"b\"\"\"\"\"", .string("a\"\"b\"\"")), ("'''a''b'''", .string("a''b")),
        ("''''a''''", .string("'a'")),
        ("\"\"\"\"\"\"", .string("")), ("'''\\'''", .string("\\")),
        ("0", .integer(0)), ("+7", .integer(7)), ("-7", .integer(-7)), ("1_000", .integer(1_000)),
        ("0xDEAD_beef", .integer(0xdead_beef)), ("0o755", .integer(0o755)), ("0b101", .integer(5)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("true", .boolean(true)), ("false", .boolean(false)),
        ("1.5", .other("a number with a fraction")), ("-1e9", .other("a number with a fraction")),
        ("inf", .other("a number with a fraction")), ("-nan", .other("a number with a fraction")),
        ("1979-05-27", .other("a date or time")), ("07:32:00", .other("a date or time")),
        ("1979-05-27T07:32:00.5+07:00", .other("a date or time")),
        ("[]", .list([])), ("[1, 'a',]", .list([.integer(1), .string("a")])),
        ("[ # c ]\n 1 # d\n ,\r\n 2 ]", .list([.integer(1), .integer(2)])), ("[[1]]", .list([.list([.integer(1)])])),
        ("[{ a = 1, b.c = 2 }, {}]", .list([.other("a section"), .other("a section")])),
    ]

    @Test(arguments: values) func value(toml: String, value: ConfigurationRawValue) throws {
        for end in ["", " ", "\t# comment", "\r\n", "\nother = 1"] {
            let first = try #require(statements("x = " + toml + end).first)
            #expect(first == TOMLReader.Statement(path: ["x"], value: value, line: 1))
        }
    }

    @Test(arguments: [
        "01", "1__0", "_1", "1_", "0x", "0xg", "+0x1", "--1", "+-1", "1.2.3", "e5", "1e", "tru", "TRUE", "0b2", "-",
        "+",
        "1 2", "abc", "0x-1", "[1 2]", "[,]", "[1,,2]", "]", "}", "{,}", "{ a = 1 b = 2 }", "{ a = 1, a = 2 }",
        "\"\\e\"", "'a", "\"a\nb\"", "'''a''", "=", ",", "\u{85}", "1\u{c}", "1\rx = 2", "１",
    ]) func wrongValue(toml: String) {
        #expect(throws: TOMLReader.Refusal.self) { try statements("x = " + toml) }
    }

    static let documents: [(toml: String, lines: [String: Int])] = [
        ("[a]\nb = 1\n\nc = 2", ["a": 1, "a/b": 2, "a/c": 4]), ("a = 1\r\n[b]\r\nc = 2", ["a": 1, "b": 2, "b/c": 3]),
        ("a.b = 1\na.c.d = 2", ["a/b": 1, "a/c/d": 2]), ("[ a . 'b' ] # [x]\n\"c.d\" = 1", ["a/b": 1, "a/b/c.d": 2]),
        ("[a]\nb = [ # [\n1,\n]\nc = 2", ["a": 1, "a/b": 2, "a/c": 5]),
        ("[a]\nb = \"\"\"\nx = 1\n[y]\n\"\"\"\nc = 2", ["a": 1, "a/b": 2, "a/c": 6]),
        ("[a]\nb = \"]\\\"#\"\nc = '\\'\nd = 1", ["a": 1, "a/b": 2, "a/c": 3, "a/d": 4]),
        ("a = { b = [\n1 ], c = {} }\nd = 1", ["a": 1, "a/b": 1, "a/c": 2, "d": 3]),
        ("[a.b]\nc = 1\n[a]\nd = 1", ["a/b": 1, "a/b/c": 2, "a": 3, "a/d": 4]), ("", [:]), ("\u{FEFF}#x\n\n", [:]),
        ("\u{FEFF}a = 1", ["a": 1]), ("\"\" = 1", ["": 1]), ("1 = 1\n-_ = 2", ["1": 1, "-_": 2]),
    ]

    @Test(arguments: documents) func namesAndLines(toml: String, expected: [String: Int]) throws {
        let found = try statements(toml).map { ($0.path.joined(separator: "/"), $0.line) }
        #expect(Dictionary(found, uniquingKeysWith: { first, _ in first }) == expected)
        #expect(found.count == expected.count)
    }

    /// Documents of random layout from parts whose meaning is known.
    @Test func everyLayoutMeansTheSame() throws {
        var random = SeededGenerator(7)
        let values = Self.values.filter { !$0.toml.hasPrefix("{") }
        for _ in 0..<200 {
            var text = ""
            var expected: [TOMLReader.Statement] = []
            for section in 0..<3 {
                text += String(repeating: "\n", count: Int.random(in: 0...2, using: &random))
                expected.append(.init(path: ["s\(section)"], value: nil, line: 1 + Array(text.utf8).count { $0 == 10 }))
                text += " [ s\(section) ] # c\n"
                for key in 0..<Int.random(in: 0...4, using: &random) {
                    let value = values.randomElement(using: &random) ?? Self.values[0]
                    let line = 1 + Array(text.utf8).count { $0 == 10 }
                    expected.append(.init(path: ["s\(section)", "k\(key)"], value: value.value, line: line))
                    text += "\tk\(key)=\(value.toml) # c\r\n"
                }
            }
            #expect(try statements(text) == expected)
        }
    }

    @Test(arguments: [(32, true), (33, false)]) func depthIsBounded(depth: Int, isFine: Bool) {
        let brackets = "a = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let key = (0..<depth).map { "k\($0)" }.joined(separator: ".")
        for toml in [brackets, key + " = 1", "[\(key)]"] {
            #expect(((try? statements(toml)) != nil) == isFine, "\(toml)")
        }
    }

    @Test func hostileSizesTakeReasonableTime() throws {
        // Each is a megabyte of what costs most: many keys, many parts, many lists, many braces.
        let many = (0..<60_000).map { "k\($0) = 1" }.joined(separator: "\n")
        let parts = (0..<8_000).map { "k\($0)" + String(repeating: ".x", count: 30) + " = 1" }.joined(separator: "\n")
        let braces =
            many.prefix(400_000).split(separator: "\n").dropLast().joined(separator: "\n")
            + "\nx = [" + String(repeating: "{a=1},", count: 80_000) + "]"
        let start = ContinuousClock.now
        #expect(try statements(many).count == 60_000)
        #expect(try statements(parts).count == 8_000)
        #expect(try statements(braces).last?.path == ["x"])
        // Seconds would be a matter of the machine; quadratic work would be minutes.
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
