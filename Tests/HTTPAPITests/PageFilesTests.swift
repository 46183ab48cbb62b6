import Foundation
import Testing

/// The page has no build step that would find these mistakes, so its files are read as text.
@Suite("Files of the page")
struct PageFilesTests {
    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/web"

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: URL(filePath: "\(folder)/\(path)"), encoding: .utf8)
    }

    private static func files(_ ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(ending) }.sorted()
    }

    /// A key of a word file and the names in braces of its words; functions take the same names without braces.
    private struct Word: Equatable {
        var key: String
        var names: Set<String>
    }

    private static func words(_ language: String) throws -> [Word] {
        try text("words-\(language).js").matches(of: /(?m)^    "([^"]+)": (.*),$/).map { match in
            let names = match.2.matches(of: /\$?\{(\w+)\}/).map { String($0.1) }
            return Word(key: String(match.1), names: Set(names))
        }
    }

    @Test("Thai and English have the same keys in the same order, with the same values in them")
    func sameWords() throws {
        let thai = try Self.words("th")
        let english = try Self.words("en")
        #expect(thai.count > 400)
        #expect(thai.map(\.key) == english.map(\.key))
        #expect(Set(thai.map(\.key)).count == thai.count, "a key stands twice")
        for (one, other) in zip(thai, english) where one != other {
            Issue.record("\(one.key): \(one.names.sorted()) in Thai, \(other.names.sorted()) in English")
        }
    }

    @Test("every word that is asked for exists")
    func noMissingWord() throws {
        let known = Set(try Self.words("en").map(\.key))
        for file in try Self.files(".js") where !file.hasPrefix("words-") {
            for match in try Self.text(file).matches(of: /\bt\(\s*"([^"]+)"/) {
                #expect(known.contains(String(match.1)), "\(file)")
            }
        }
    }

    @Test("index.html names every module and style sheet, so that none is found out late")
    func nothingIsFoundLate() throws {
        let index = try Self.text("index.html")
        for file in try Self.files(".js") where file != "theme.js" {
            #expect(index.contains(#"<link rel="modulepreload" href="/assets/\#(file)">"#), "\(file)")
        }
        for file in try Self.files(".css") {
            #expect(index.contains(#"<link rel="stylesheet" href="/assets/\#(file)">"#), "\(file)")
        }
        for match in index.matches(of: /"\/assets\/((?!vendor)[^"]+)"/) {
            #expect(FileManager.default.fileExists(atPath: "\(Self.folder)/\(match.1)"), "\(match.1)")
        }
    }
}
