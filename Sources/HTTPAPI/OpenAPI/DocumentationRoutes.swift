import Domain
import HTTPTypes
import Hummingbird
import Synchronization

/// `/api/openapi.json` and `/api/docs`, both made from the table of routes, themselves included.
struct DocumentationRoutes {
    let routes: [Route]

    init(describing others: [Route], version: String) {
        let described =
            others
            + Self.operations.map { path, operation in
                Route(.get, path, .anyone, operation) { _, _ in Reply.empty(.notFound) }
            }
        let cache = Cache(OpenAPIDocument(routes: described, version: version))
        routes = Self.operations.enumerated().map { index, entry in
            Route(.get, entry.path, .anyone, entry.operation) { request, _ in
                index == 0 ? Reply.taggedJSON(cache.pages.json, to: request) : cache.pages.documentation(request)
            }
        }
    }

    private static let operations: [(path: String, operation: Operation)] = [
        (
            "/api/openapi.json",
            Operation(
                "getOpenAPI", tag: "Documentation", "This API as an OpenAPI 3.1 document.",
                answers: [.json(200, "The document", ["type": "object"]), .empty(304, "Not changed")])
        ),
        (
            "/api/docs",
            Operation(
                "getDocumentation", tag: "Documentation", "This API as a page to read.",
                answers: [.content(200, "The page", "text/html"), .empty(304, "Not changed")])
        ),
    ]

    /// Made when somebody asks for it first, so that the start does not wait for it.
    private final class Cache: Sendable {
        struct Pages: Sendable {
            let json: [UInt8]
            let html: [UInt8]

            func documentation(_ request: Request) -> Response {
                var response = Reply.taggedJSON(html, to: request)
                if response.status == .ok { response.headers[.contentType] = "text/html; charset=utf-8" }
                return response
            }
        }

        private let document: OpenAPIDocument
        private let made = Mutex<Pages?>(nil)

        init(_ document: OpenAPIDocument) {
            self.document = document
        }

        var pages: Pages {
            made.withLock { made in
                if let made { return made }
                let pages = Pages(json: document.json, html: DocumentationPage(document).bytes)
                made = pages
                return pages
            }
        }
    }
}
