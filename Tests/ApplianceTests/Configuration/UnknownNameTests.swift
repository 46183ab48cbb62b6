import Testing

@testable import Appliance

@Suite struct UnknownNameTests {
    static let fileCases: [(toml: String, key: String, line: Int, right: String)] = [
        ("[http]\nlissten = []", "http.lissten", 2, "the nearest one is http.listen"),
        ("[http]\n\nmaxbody = 1", "http.maxbody", 3, "the nearest one is http.max_body"),
        ("[site]\nlisten = []", "site.listen", 2, "the nearest one is http.listen"),
        ("listen = []", "listen", 1, "the nearest one is http.listen"),
        ("dta = \"x\"", "dta", 1, "the nearest one is data"),
        ("[htpp]\nlisten = []\nmax_body = 1", "[htpp]", 1, "the nearest one is [http]"),
        ("[sotrage]", "[sotrage]", 1, "the nearest one is [storage]"),
        ("http = 1", "http", 1, "write [http] and keys below"),
        ("[http.listen]\nx = 1", "http.listen", 1, ""),
        ("http.colour = 1", "http.colour", 1, "the nearest one is"),
        ("\"http.listen\" = []", "\\\"http.listen\\\"", 1, ""),
        ("http = { lisen = [] }", "http.lisen", 1, "the nearest one is http.listen"),
        ("[http]\n\"a\\u001bb\" = 1", "http.", 2, "the nearest one is"),
    ]

    @Test(arguments: fileCases) func inFile(toml: String, key: String, line: Int, right: String) throws {
        let directory = try ScratchDirectory()
        let file = try directory.write(toml)
        let found = try problems(file: file)
        #expect(found.count == 1)
        let problem = try #require(found.first)
        if key.hasPrefix("\\") {
            #expect(problem.key == "\"http.listen\"")
        } else {
            #expect(problem.key?.hasPrefix(key) == true)
        }
        #expect(problem.source == .file(path: file, line: line))
        #expect(problem.right.hasPrefix(right))
        #expect(problem.description.utf8.allSatisfy { $0 >= 0x20 })
    }

    @Test(arguments: [
        ("LPR_HTP_LISTEN", "LPR_HTTP_LISTEN"), ("LPR_HTTP_LISTENS", "LPR_HTTP_LISTEN"), ("LPR_DATAA", "LPR_DATA"),
        ("LPR_TIMEZONE", "LPR_SITE_TIMEZONE"), ("LPR_", "LPR_DATA"),
    ]) func inEnvironment(variable: String, nearest: String) throws {
        let found = try problems(environment: [variable: "SECRET"])
        #expect(found.map(\.right) == ["the nearest one is \(nearest)"])
        #expect(found.map(\.source) == [.environment(variable: variable)])
        #expect(!ConfigurationError(problems: found).description.contains("SECRET"))
    }

    @Test func onCommandLine() throws {
        let found = try problems(flags: ["log.levle": "debug"])
        #expect(found.map(\.right) == ["the nearest one is log.level"])
        #expect(found.map(\.source) == [.flag(name: "log.levle")])
    }

    @Test func everyOneOfSeveralProblemsIsReported() throws {
        let directory = try ScratchDirectory()
        let file = try directory.write(
            "[http]\nlissten = []\nmax_body = \"x\"\n[sitte]\nid = 1\n[log]\nlevel = \"loud\"\n"
        )
        let found = try problems(
            file: file,
            environment: ["LPR_NONSENSE": "1", "LPR_TLS_KEY": "/k"],
            flags: ["store.log_limit": "many"]
        )
        let text = ConfigurationError(problems: found).description
        #expect(found.count == 7)
        #expect(text.split(separator: "\n").count == 7)
        for part in [
            "\(file):2: http.lissten: no such key is known; the nearest one is http.listen.",
            "\(file):3: http.max_body: \"x\" is not a size; it must be a size from 64KiB to 256MiB",
            "\(file):4: [sitte]: no such section is known; the nearest one is [site].",
            "\(file):7: log.level: \"loud\" is none of the words known here; it must be one of \"trace\"",
            "environment LPR_NONSENSE: no such variable is known",
            "command line: store.log_limit: \"many\" is not a whole number; it must be a whole number of rows",
            "environment LPR_TLS_KEY: tls.key: tls.certificate is missing beside it",
        ] {
            #expect(text.contains(part))
        }
    }

    @Test(arguments: [
        ("abc", "abc", 0), ("", "abc", 3), ("abc", "", 3), ("listne", "listen", 1), ("kitten", "sitting", 3),
        ("ca", "ac", 1), ("abcd", "dcba", 3),
    ]) func distanceCountsEdits(left: String, right: String, expected: Int) {
        #expect(NearestName.distance(Array(left.unicodeScalars), Array(right.unicodeScalars)) == expected)
        #expect(NearestName.distance(Array(right.unicodeScalars), Array(left.unicodeScalars)) == expected)
    }

    @Test func nearestNameNeedsCandidates() {
        #expect(NearestName.find("x", among: []) == nil)
        #expect(NearestName.find("HTTP", among: ["tls", "http"]) == "http")
    }
}
