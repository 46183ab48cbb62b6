import Domain

/// What the OpenAPI document says of one route.
struct Operation: Sendable {
    struct Parameter: Sendable {
        let name: String
        /// `query` or `path`.
        let place: String
        let meaning: String
        let schema: JSONObject

        static func query(_ name: String, _ meaning: String, _ schema: JSONObject = ["type": "string"]) -> Parameter {
            Parameter(name: name, place: "query", meaning: meaning, schema: schema)
        }

        static func path(_ name: String, _ meaning: String) -> Parameter {
            Parameter(name: name, place: "path", meaning: meaning, schema: ["type": "string", "maxLength": 50])
        }
    }

    struct Body: Sendable {
        let contentType: String
        let schema: JSONObject
    }

    struct Answer: Sendable {
        let status: Int
        let meaning: String
        let contentType: String?
        let schema: JSONObject?

        static func json(_ status: Int, _ meaning: String, _ schema: JSONObject) -> Answer {
            Answer(status: status, meaning: meaning, contentType: "application/json", schema: schema)
        }

        static func problem(_ status: Int, _ meaning: String) -> Answer {
            Answer(
                status: status, meaning: meaning, contentType: "application/problem+json",
                schema: .reference("Problem"))
        }

        static func empty(_ status: Int, _ meaning: String) -> Answer {
            Answer(status: status, meaning: meaning, contentType: nil, schema: nil)
        }

        static func content(_ status: Int, _ meaning: String, _ contentType: String) -> Answer {
            Answer(status: status, meaning: meaning, contentType: contentType, schema: ["type": "string"])
        }
    }

    let id: String
    let tag: String
    let summary: String
    let parameters: [Parameter]
    let bodies: [Body]
    let answers: [Answer]
    /// Whether the call may come without any body.
    let isBodyOptional: Bool

    init(
        _ id: String, tag: String, _ summary: String, parameters: [Parameter] = [], bodies: [Body] = [],
        answers: [Answer], isBodyOptional: Bool = false
    ) {
        self.id = id
        self.tag = tag
        self.summary = summary
        self.parameters = parameters
        self.bodies = bodies
        self.answers = answers
        self.isBodyOptional = isBodyOptional
    }
}

extension JSONObject {
    static func reference(_ schema: String) -> JSONObject { ["$ref": .string("#/components/schemas/\(schema)")] }
}
