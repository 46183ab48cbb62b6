import Domain
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct OpenAPITests {
    @Test func describesTheTableAndNothingElse() async throws {
        let site = try await TestSite()
        let answer = try await site.send(.get, "/api/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.string("openapi") == "3.1.0")
        #expect(answer.string("info.version") == "1.2.3")
        let paths = try #require(answer.value("paths")?.objectValue)
        var described: Set<String> = []
        for path in paths.members {
            for operation in path.value.objectValue?.members ?? [] {
                described.insert("\(operation.name.uppercased()) \(path.name)")
            }
        }
        #expect(described == Set(site.responder.table.routes.map { "\($0.method.rawValue) \($0.path)" }))
        #expect(Set(site.responder.table.routes.map(\.operation.id)).count == site.responder.table.routes.count)
    }

    @Test func parametersOfThePath() async throws {
        let site = try await TestSite()
        for route in site.responder.table.routes {
            let inPath = route.path.matches(of: /\{([a-z_]+)\}/).map { String($0.1) }
            #expect(route.operation.parameters.filter { $0.place == "path" }.map(\.name) == inPath, "\(route.path)")
            #expect(route.operation.answers.contains { $0.status < 300 }, "\(route.path)")
        }
    }

    @Test func everyReferenceLeadsSomewhere() async throws {
        let site = try await TestSite()
        let document = try JSONParser.parse(try await site.send(.get, "/api/openapi.json").bytes)
        var used: Set<String> = []
        func walk(_ value: JSONValue) {
            switch value {
            case .array(let elements): elements.forEach(walk)
            case .object(let object):
                for member in object.members {
                    if member.name == "$ref", let target = member.value.stringValue {
                        used.insert(target.replacing("#/components/schemas/", with: ""))
                    }
                    walk(member.value)
                }
            default: break
            }
        }
        walk(document)
        #expect(used == Set(OpenAPISchemas.all.members.map(\.name)))
    }

    @Test func page() async throws {
        let site = try await TestSite()
        let answer = try await site.send(.get, "/api/docs")
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        for code in Problem.Code.allCases { #expect(answer.text.contains("id=\"problem-\(code.rawValue)\"")) }
        for route in site.responder.table.routes {
            #expect(answer.text.contains("<section class=\"mt-4\" id=\"\(route.operation.id)\">"))
        }
        for forbidden in ["<script", " style=", "http://", "https://", "onclick"] {
            #expect(!answer.text.contains(forbidden), "\(forbidden)")
        }
    }
}
