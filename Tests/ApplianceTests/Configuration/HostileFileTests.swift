import TestSupport
import Testing

@testable import Appliance

@Suite struct HostileFileTests {
    static let deepBrackets = "[http]\nlisten = " + String(repeating: "[", count: 100_000)
    static let deepBraces = "[http]\nlisten = " + String(repeating: "{a=", count: 100_000)
    static let deepKey = "x" + String(repeating: ".x", count: 400_000) + " = 1\n!"
    static let deepHeader = "[x" + String(repeating: ".x", count: 400_000) + "]\n!"
    static let deepInlineKeys =
        "a = {" + (0..<20).map { "b\($0)" + String(repeating: ".x", count: 20_000) + " = 1" }.joined(separator: ", ")
        + "}\n!"

    static let deepMix = "a = " + String(repeating: "[{a=", count: 50_000)

    /// The text, the line that is blamed and a part of the message.
    static let cases: [(name: String, toml: String, line: Int, wrong: String)] = [
        ("zero byte", "[http]\nlisten = \u{0}", 2, "has no value"),
        ("zero byte in text", "[site]\nname = \"a\u{0}b\"", 2, "contains a control character"),
        ("zero byte in comment", "\n# \u{0}", 2, "contains a control character"),
        ("control character in long text", "[site]\nname = '''\n\u{7}'''", 3, "contains a control character"),
        ("bare return in comment", "# a\rb", 1, "contains a control character"),
        ("escaped zero", "[site]\nname = \"a\\u0000b\"", 2, "\"a\\u0000b\" is no name"),
        ("deep brackets", deepBrackets, 2, "is nested too deeply"),
        ("deep braces", deepBraces, 2, "is nested too deeply"), ("deep mix", deepMix, 1, "is nested too deeply"),
        ("deep key", deepKey, 1, "is nested too deeply"), ("deep header", deepHeader, 1, "is nested too deeply"),
        ("deep inline keys", deepInlineKeys, 1, "is nested too deeply"),
        ("empty header", "[]", 1, "has no name"), ("header of a sign", "\n[=]", 2, "has no name"),
        ("Thai header", "[ก]", 1, "has no name"), ("open header", "[ ", 1, "has no name"),
        ("header without end", "[site\nid = 1", 1, "has a section without closing bracket"),
        ("list of sections", "\u{FEFF}[[site]]", 1, "has a list of sections"),
        ("no value", "[http]\n\nlisten =", 3, "has no value"), ("no equals sign", "[http]\nlisten", 2, "has no ="),
        ("open string", "[site]\nname = \"abc\nid = \"x\"", 2, "has a text without closing"),
        ("open long string", "[site]\nname = '''abc\n\n", 2, "begins a text of several lines"),
        ("too many quotation marks", "a = '''x''''''", 1, "has too many quotation marks"),
        ("wrong escape", "a = \"\\x\"", 1, "has a backslash"), ("surrogate", "a = \"\\ud800\"", 1, "has a backslash"),
        ("short escape", "a = \"\\u00", 1, "has a backslash"),
        ("signed escape", "a = \"\\u+0aa\"", 1, "has a backslash"),
        ("open list", "[http]\nlisten = [\"a\"", 2, "has a list that is not closed"),
        ("wrong bracket", "[http]\nlisten = [}", 2, "has no value"), ("no comma", "a = [1\n2]", 2, "has a list"),
        ("open braces", "a = { b = 1\n}", 1, "has braces that are not closed"),
        ("comma in braces", "a = { b = 1, }", 1, "has no name"),
        ("same key twice", "[site]\nid = \"a\"\nid = \"b\"", 3, "sets site.id a second time"),
        ("same key with dots", "site.id = 1\nsite = {}", 2, "sets site a second time"),
        ("key into a value", "a = 1\na.b = 2", 2, "sets a a second time"),
        ("section over a value", "a = 1\n[a]", 2, "sets a a second time"),
        ("section over braces", "a = {}\n[a]", 2, "opens the section a a second time"),
        ("same section twice", "[site]\nid = \"a\"\n[site]\nname = \"b\"", 3, "opens the section site a second time"),
        ("ini style", "site:\n  id: a", 1, "has no = after site"), ("json", "{\"http\": 1}", 1, "has no name"),
        ("number too large", "[http]\nmax_connections = 99999999999999999999", 2, "has a number that is too large"),
        ("bare word", "[site]\npassword = hunter2", 2, "has a value that is neither a number nor in quotation marks"),
        ("two values", "a = 1 2", 1, "has more after the end"), ("yes", "a = yes", 1, "has a value that is neither"),
    ]

    @Test(arguments: cases) func isRefused(name: String, toml: String, line: Int, wrong: String) throws {
        let directory = try ScratchDirectory()
        let file = try directory.write(toml)
        let found = try problems(file: file)
        #expect(found.count == 1)
        #expect(found.first?.source == .file(path: file, line: line))
        #expect(found.first?.wrong.hasPrefix(wrong) == true, "\(found)")
        let text = ConfigurationError(problems: found).description
        #expect(text.utf8.count < 300)
        #expect(!text.contains("hunter2"))
    }

    @Test func invalidTextIsRefusedWithItsLine() throws {
        let directory = try ScratchDirectory()
        for bytes: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf8, 0x88, 0x80, 0x80, 0x80]] {
            let file = try directory.write(Array("[site]\n# ก\nname = \"".utf8) + bytes + Array("\"\nid = 1".utf8))
            let found = try problems(file: file)
            #expect(found.map(\.wrong) == ["is not valid UTF-8"])
            #expect(found.map(\.source) == [.file(path: file, line: 3)])
        }
    }

    @Test func sizeIsBounded() throws {
        let directory = try ScratchDirectory()
        let comment = [UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20)
        #expect(throws: Never.self) { try load(file: directory.write(comment)) }
        let found = try problems(file: directory.write(comment + [UInt8(ascii: "#")]))
        #expect(found.map(\.wrong) == ["is larger than 1 MiB"])
    }

    @Test func whatIsNoFileIsRefused() throws {
        let directory = try ScratchDirectory()
        for path in [directory.path, try directory.makePipe(as: "pipe"), "/dev/zero"] {
            #expect(try problems(file: path).map(\.wrong) == ["is not a regular file"])
        }
    }

    @Test func manyProblemsAreCounted() throws {
        let directory = try ScratchDirectory()
        let keys = (0..<20_000).map { "key_number_\($0)_of_a_hostile_file = 1" }
        let found = try problems(file: directory.write("[http]\n" + keys.joined(separator: "\n")))
        #expect(found.count == ConfigurationAssembly.shownProblems + 1)
        #expect(found.last?.wrong == "19950 more problems are not shown")
    }

    @Test func ordinaryOddTextIsFine() throws {
        let directory = try ScratchDirectory()
        for toml in [
            "", "\n\n", "\u{FEFF}[site]\r\nid = \"a\"\r\n", "# only a comment", "[site]", "[site] # x\n  id='a'#y",
            "site.id = \"a\"", "site = { id = \"a\" }", "[ \"site\" ]\n\"id\" = \"\"\"\na\"\"\"",
            "[http]\nlisten = [ # why\n  \"127.0.0.1:1\", # [\n  '[::1]:2',\n]\n[site]\nid = \"a\"",
        ] {
            #expect(throws: Never.self, "\(toml)") { try load(file: directory.write(toml)) }
        }
    }

    /// Valid documents with random damage: whatever comes out, it is a configuration or an error with a place.
    @Test func damagedFilesNeverCrash() throws {
        let directory = try ScratchDirectory()
        var random = SeededGenerator(0x1234_5678)
        let whole = Array(try ExampleFileTests.example().replacing("# ", with: "").utf8)
        let marks = Array("[]{}\"'=.#\n\\,u0".utf8) + [0, 0x80, 0xff]
        var refused = 0
        for _ in 0..<1_000 {
            let start = Int.random(in: 0..<whole.count, using: &random)
            var bytes = Array(whole[start...].prefix(Int.random(in: 0..<600, using: &random)))
            for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
                let index = bytes.indices.randomElement(using: &random) ?? 0
                bytes[index] = marks.randomElement(using: &random) ?? 0
            }
            do {
                _ = try load(file: directory.write(bytes))
            } catch let error as ConfigurationError {
                refused += 1
                #expect(!error.problems.isEmpty)
                #expect(error.description.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
            }
        }
        #expect(refused > 300)
    }

    /// Fragments of TOML in random order reach states that damage alone does not.
    @Test func randomFragmentsNeverCrash() throws {
        let directory = try ScratchDirectory()
        var random = SeededGenerator(42)
        let fragments = [
            "[http]", "[[http]]", "\n", "listen", " = ", "[", "]", "{", "}", "\"", "\"\"\"", "'''", "'", "\\", "#", ",",
            "\"127.0.0.1:1\"", "site.id", ".", "1", "-1", "1.5", "true", "1979-05-27T07:32:00Z", "nan", "\u{FEFF}", "ก",
        ]
        for _ in 0..<2_000 {
            let count = Int.random(in: 1...24, using: &random)
            let toml = (0..<count).map { _ in fragments.randomElement(using: &random) ?? "" }.joined()
            do {
                _ = try load(file: directory.write(toml))
            } catch let error as ConfigurationError {
                #expect(!error.problems.isEmpty)
            }
        }
    }
}
