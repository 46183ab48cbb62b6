import Glibc
import Testing

@testable import Appliance

@Suite struct PrecedenceTests {
    struct Case: Sendable {
        var file: Bool
        var environment: Bool
        var flag: Bool
        var winner: Int
    }

    static let cases = [
        Case(file: false, environment: false, flag: false, winner: 1_024),
        Case(file: true, environment: false, flag: false, winner: 1),
        Case(file: false, environment: true, flag: false, winner: 2),
        Case(file: true, environment: true, flag: false, winner: 2),
        Case(file: false, environment: false, flag: true, winner: 3),
        Case(file: true, environment: false, flag: true, winner: 3),
        Case(file: false, environment: true, flag: true, winner: 3),
        Case(file: true, environment: true, flag: true, winner: 3),
    ]

    @Test(arguments: cases) func strongestSourceWins(_ given: Case) throws {
        let directory = try ScratchDirectory()
        let file = given.file ? try directory.write("\n[http]\nmax_connections = 1\n") : nil
        let configuration = try load(
            file: file,
            environment: given.environment ? ["LPR_HTTP_MAX_CONNECTIONS": "2"] : [:],
            flags: given.flag ? ["http.max_connections": "3"] : [:]
        )
        #expect(configuration.http.maxConnections == given.winner)
        let sources: [Int: ConfigurationSource] = [
            1: .file(path: file ?? "", line: 3), 2: .environment(variable: "LPR_HTTP_MAX_CONNECTIONS"),
            3: .flag(name: "http.max_connections"),
        ]
        #expect(configuration.source(of: "http.max_connections") == sources[given.winner] ?? .default)
        #expect(configuration.source(of: "http.max_body") == .default)
    }

    @Test func dataDirectoryComesFromEverySource() throws {
        let directory = try ScratchDirectory()
        let file = try directory.write("data = \"/file\"")
        #expect(try load().dataDirectory == "/data")
        #expect(try load(file: file).dataDirectory == "/file")
        #expect(try load(file: file, environment: ["LPR_DATA": "/variable"]).dataDirectory == "/variable")
        #expect(
            try load(file: file, environment: ["LPR_DATA": "/variable"], flags: ["data": "./flag"]).dataDirectory
                == "./flag"
        )
    }

    @Test func fileIsTheGivenOneElseTheVariableElseTheStandardOne() throws {
        let directory = try ScratchDirectory()
        let given = try directory.write("[site]\nid = \"given\"", as: "given")
        let variable = try directory.write("[site]\nid = \"variable\"", as: "variable")
        var host = ConfigurationHost.bare
        host.standardFile = try directory.write("[site]\nid = \"standard\"", as: "standard")

        let all = try load(file: given, environment: ["LPR_CONFIG": variable], host: host)
        #expect(all.site.id == "given")
        #expect(all.file == given)
        #expect(try load(environment: ["LPR_CONFIG": variable], host: host).site.id == "variable")
        #expect(try load(host: host).site.id == "standard")
        let none = try load()
        #expect(none.site.id == "gate")
        #expect(none.file == nil)
    }

    @Test func missingFileIsAnErrorWhenNamed() throws {
        for (file, environment) in [("/nonexistent/x", [:]), (nil, ["LPR_CONFIG": "/nonexistent/x"])] {
            let problem = try #require(problems(file: file, environment: environment).first)
            #expect(problem.source == .file(path: "/nonexistent/x", line: nil))
            #expect(problem.wrong.hasPrefix("cannot be opened: "))
            #expect(problem.right == "name a file that exists and can be read")
        }
    }

    @Test func fileOfRootAsksForRoot() {
        #expect(ConfigurationFile.remedy(EACCES) == "run this command with sudo")
    }

    @Test func otherVariablesAreNotOurs() throws {
        #expect(try load(environment: ["PATH": "/bin", "lpr_http_listen": "x", "XLPR_HTTP": "y"]).sources.isEmpty)
    }
}
