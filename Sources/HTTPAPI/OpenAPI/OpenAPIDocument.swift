import Domain
import HTTPTypes

/// The OpenAPI 3.1 description of a table of routes; nothing in it is written twice.
struct OpenAPIDocument {
    let routes: [Route]
    let version: String

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 64 * 1_024)
        writer.object { writer in
            writer.member("openapi", "3.1.0")
            writer.member("info", .object(information))
            writer.member("servers", [["url": "/", "description": "This appliance"]])
            writer.member("tags", .array(tags.map { ["name": .string($0)] }))
            writer.member("paths", .object(paths))
            writer.member("components", .object(components))
        }
        return writer.bytes
    }

    /// In the order of the table.
    var tags: [String] {
        var tags: [String] = []
        for route in routes where !tags.contains(route.operation.tag) { tags.append(route.operation.tag) }
        return tags
    }

    private var information: JSONObject {
        [
            "title": "LPR Appliance", "version": .string(version),
            "description": """
            Plate reads of cameras in, pages and exports out. JSON in UTF-8, names in snake_case, times in RFC 3339. \
            Errors are application/problem+json (RFC 9457); /api/docs explains each. HEAD answers as GET without its \
            body, OPTIONS with Allow. Every answer carries X-Request-ID. Answers with an ETag can be asked again with \
            If-None-Match and are then 304.
            """,
            "license": ["name": "See LICENSE"],
        ]
    }

    private var paths: JSONObject {
        var paths = JSONObject()
        for route in routes {
            var item = paths[route.path]?.objectValue ?? JSONObject()
            item[route.method.rawValue.lowercased()] = .object(operation(of: route))
            paths[route.path] = .object(item)
        }
        return paths
    }

    private func operation(of route: Route) -> JSONObject {
        let operation = route.operation
        var object: JSONObject = [
            "operationId": .string(operation.id), "tags": [.string(operation.tag)],
            "summary": .string(operation.summary), "description": .string(route.access.meaning),
            "security": .array(route.access.security),
        ]
        if !operation.parameters.isEmpty {
            object["parameters"] = .array(
                operation.parameters.map { parameter in
                    [
                        "name": .string(parameter.name), "in": .string(parameter.place),
                        "description": .string(parameter.meaning), "required": .bool(parameter.place == "path"),
                        "schema": .object(parameter.schema),
                    ]
                })
        }
        if !operation.bodies.isEmpty {
            var content = JSONObject()
            for body in operation.bodies { content[body.contentType] = ["schema": .object(body.schema)] }
            object["requestBody"] = ["required": .bool(!operation.isBodyOptional), "content": .object(content)]
        }
        object["responses"] = .object(responses(of: route))
        return object
    }

    private func responses(of route: Route) -> JSONObject {
        var responses = JSONObject()
        for answer in (route.operation.answers + route.commonAnswers).sorted(by: { $0.status < $1.status }) {
            var response = responses["\(answer.status)"]?.objectValue ?? ["description": .string(answer.meaning)]
            if let contentType = answer.contentType {
                var content = response["content"]?.objectValue ?? JSONObject()
                content[contentType] = ["schema": .object(answer.schema ?? JSONObject())]
                response["content"] = .object(content)
            }
            if [429, 503, 507].contains(answer.status) {
                response["headers"] = [
                    "Retry-After": ["description": "Seconds", "schema": ["type": "integer", "minimum": 1]]
                ]
            }
            responses["\(answer.status)"] = .object(response)
        }
        return responses
    }

    private var components: JSONObject {
        [
            "schemas": .object(OpenAPISchemas.all),
            "securitySchemes": [
                "session": [
                    "type": "apiKey", "in": "cookie", "name": "lpr-session",
                    "description":
                        "The session of the web page, `__Host-lpr-session` under TLS. What changes something also needs an Origin of this appliance.",
                ],
                "bearer": [
                    "type": "http", "scheme": "bearer",
                    "description": "An access token of /api/auth/token, or an API key.",
                ],
                "apiKey": ["type": "apiKey", "in": "header", "name": "X-API-Key", "description": "lpr_…"],
            ],
        ]
    }
}

extension Route {
    /// Answers that follow from who may call it, beside those that the operation names itself.
    var commonAnswers: [Operation.Answer] {
        var common: [Operation.Answer] = [
            .problem(429, "Too many requests; try again after Retry-After"),
            .problem(500, "The appliance could not do it; its log says why"),
        ]
        common.append(
            .problem(401, access == .anyone ? "The credentials that were sent are not valid" : "No valid credentials"))
        if access != .anyone {
            common.append(.problem(403, "Not allowed for this role, or disabled, or from another origin"))
        }
        if !operation.bodies.isEmpty {
            common += [
                .problem(400, "The body cannot be read"), .problem(408, "The body comes too slowly"),
                .problem(413, "The body is too large"), .problem(422, "A field is wrong; `errors` names each"),
            ]
        }
        return common.filter { answer in !operation.answers.contains { $0.status == answer.status } }
    }
}

extension Route.Access {
    var meaning: String {
        switch self {
        case .anyone: "For anyone."
        case .identified: "For everybody who has logged in, devices too."
        case .role(.admin): "For administrators."
        case .role(.operator): "For operators and administrators."
        case .role(let role): "For the role \(role.rawValue)" + (role == .viewer ? " and above." : ".")
        case .sender: "For devices, for operators and administrators, and for cameras in intake.trusted_networks."
        case .viewerOrSender: "For the role viewer and above; for devices and trusted networks with less in the answer."
        }
    }

    fileprivate var security: [JSONValue] {
        let schemes: [JSONValue] = [["session": []], ["bearer": []], ["apiKey": []]]
        switch self {
        // An empty requirement: no credentials are needed, but they are looked at.
        case .anyone, .sender, .viewerOrSender: return schemes + [[:]]
        case .identified, .role: return schemes
        }
    }
}
