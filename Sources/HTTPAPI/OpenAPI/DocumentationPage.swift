import Domain
import HTTPTypes

/// The OpenAPI document as a page to read: no script, nothing from the internet, styles of the appliance's own page.
struct DocumentationPage {
    private var html = HTMLText()

    var bytes: [UInt8] { Array(html.text.utf8) }

    init(_ document: OpenAPIDocument) {
        html.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        html.raw("<title>LPR Appliance: HTTP API</title>")
        html.raw("<link rel=\"icon\" type=\"image/svg+xml\" href=\"/assets/favicon.svg\">")
        for style in ["vendor/bootstrap.min", "css/tokens", "css/base", "css/parts"] {
            html.raw("<link rel=\"stylesheet\" href=\"/assets/\(style).css\">")
        }
        html.raw("</head><body><main class=\"container py-4\">")
        html.element("h1", "HTTP API")
        html.raw(
            """
            <p>Machines read the same at <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1). JSON in UTF-8, \
            names in snake_case, times in RFC 3339. <code>HEAD</code> answers as <code>GET</code> without its body, \
            <code>OPTIONS</code> with <code>Allow</code>; every answer carries <code>X-Request-ID</code>.</p>\
            <p>Credentials: the session cookie of the page, <code>Authorization: Bearer</code> with an access token or \
            an API key, or <code>X-API-Key</code>.</p>
            """)
        contents(document)
        for tag in document.tags {
            html.raw("<h2 class=\"h3 mt-5\" id=\"\(HTMLText.escaped("tag-" + tag.lowercased()))\">")
            html.text(tag)
            html.raw("</h2>")
            for route in document.routes where route.operation.tag == tag { operation(route) }
        }
        schemas()
        problems()
        html.raw("</main></body></html>\n")
    }

    private mutating func contents(_ document: OpenAPIDocument) {
        html.raw("<nav aria-label=\"Contents\"><ul>")
        for tag in document.tags {
            html.raw("<li><a href=\"#\(HTMLText.escaped("tag-" + tag.lowercased()))\">")
            html.text(tag)
            html.raw("</a></li>")
        }
        html.raw("<li><a href=\"#schemas\">Schemas</a></li><li><a href=\"#problems\">Problems</a></li></ul></nav>")
    }

    private mutating func operation(_ route: Route) {
        let operation = route.operation
        html.raw("<section class=\"mt-4\" id=\"\(HTMLText.escaped(operation.id))\"><h3 class=\"h5\"><code>")
        html.text("\(route.method.rawValue) \(route.path)")
        html.raw("</code></h3>")
        html.element("p", "\(operation.summary) \(route.access.meaning)")
        if !operation.parameters.isEmpty {
            beginTable(["Parameter", "In", "Meaning", "Type"])
            for parameter in operation.parameters {
                row([.code(parameter.name), .text(parameter.place), .text(parameter.meaning), type(parameter.schema)])
            }
            endTable()
        }
        for body in operation.bodies {
            html.raw("<p>Body: <code>")
            html.text(body.contentType)
            html.raw("</code> ")
            cell(type(body.schema))
            html.raw("</p>")
        }
        beginTable(["Status", "Meaning", "Content"])
        for answer in (operation.answers + route.commonAnswers).sorted(by: { $0.status < $1.status }) {
            row([.code("\(answer.status)"), .text(answer.meaning), content(of: answer)])
        }
        endTable()
        html.raw("</section>")
    }

    private func content(of answer: Operation.Answer) -> Cell {
        guard let contentType = answer.contentType, let schema = answer.schema else { return .text("–") }
        return contentType.hasSuffix("/json") || contentType.hasSuffix("+json") ? type(schema) : .code(contentType)
    }

    private mutating func schemas() {
        html.raw("<h2 class=\"h3 mt-5\" id=\"schemas\">Schemas</h2>")
        for schema in OpenAPISchemas.all.members {
            html.raw("<section class=\"mt-4\" id=\"schema-\(HTMLText.escaped(schema.name))\">")
            html.raw("<h3 class=\"h5\">\(HTMLText.escaped(schema.name))</h3>")
            if let text = schema.value.objectValue?["description"]?.stringValue { html.element("p", text) }
            let required = schema.value.objectValue?["required"]?.arrayValue ?? []
            beginTable(["Member", "Type", "Meaning"])
            for member in schema.value.objectValue?["properties"]?.objectValue?.members ?? [] {
                let object = member.value.objectValue ?? JSONObject()
                let mark = required.contains(.string(member.name)) ? " *" : ""
                row([.code(member.name + mark), type(object), .text(object["description"]?.stringValue ?? "")])
            }
            endTable()
            html.raw("</section>")
        }
        html.element("p", "* is always there.")
    }

    private mutating func problems() {
        html.raw("<h2 class=\"h3 mt-5\" id=\"problems\">Problems</h2>")
        html.raw("<p>Every error is <code>application/problem+json</code>; its <code>type</code> leads here.</p><dl>")
        for code in Problem.Code.allCases {
            html.raw("<dt id=\"problem-\(code.rawValue)\"><code>\(code.rawValue)</code></dt>")
            html.element("dd", code.meaning)
        }
        html.raw("</dl>")
    }

    private enum Cell {
        case text(String)
        case code(String)
        case schema(String)
    }

    /// What a schema allows, in a few words.
    private func type(_ schema: JSONObject) -> Cell {
        if let reference = schema["$ref"]?.stringValue {
            return .schema(String(reference.split(separator: "/").last ?? ""))
        }
        var words: [String] = []
        switch schema["type"] {
        case .string(let name)?: words.append(name)
        case .array(let names)?: words.append(names.compactMap(\.stringValue).joined(separator: " or "))
        default: break
        }
        if let items = schema["items"]?.objectValue {
            switch type(items) {
            case .schema(let name): words.append("of \(name)")
            case .text(let text), .code(let text): words.append("of \(text)")
            }
        }
        if let values = schema["enum"]?.arrayValue { words.append(values.map(\.text).joined(separator: ", ")) }
        for (name, word) in [
            ("format", ""), ("minimum", "≥ "), ("maximum", "≤ "), ("minLength", "length ≥ "),
            ("maxLength", "length ≤ "),
            ("maxItems", "items ≤ "), ("pattern", ""), ("default", "default "),
        ] {
            guard let value = schema[name] else { continue }
            words.append(word + (value.stringValue ?? value.text))
        }
        return .text(words.joined(separator: " · "))
    }

    private mutating func beginTable(_ columns: [String]) {
        html.raw("<div class=\"table-responsive mt-3\" tabindex=\"0\"><table class=\"table table-sm\"><thead><tr>")
        for column in columns { html.raw("<th scope=\"col\">\(column)</th>") }
        html.raw("</tr></thead><tbody>")
    }

    private mutating func endTable() {
        html.raw("</tbody></table></div>")
    }

    private mutating func row(_ cells: [Cell]) {
        html.raw("<tr>")
        for content in cells {
            html.raw("<td>")
            cell(content)
            html.raw("</td>")
        }
        html.raw("</tr>")
    }

    private mutating func cell(_ cell: Cell) {
        switch cell {
        case .text(let text): html.text(text)
        case .code(let text): html.element("code", text)
        case .schema(let name):
            html.raw("<a href=\"#schema-\(HTMLText.escaped(name))\">")
            html.text(name)
            html.raw("</a>")
        }
    }
}

/// HTML as it grows; only `raw` takes markup.
private struct HTMLText {
    private(set) var text = ""

    mutating func raw(_ markup: String) { text += markup }

    /// What stands between backticks is code.
    mutating func text(_ plain: String) {
        for (index, part) in plain.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            let escaped = Self.escaped(String(part))
            text += index.isMultiple(of: 2) ? escaped : "<code>\(escaped)</code>"
        }
    }

    mutating func element(_ name: String, _ plain: String) {
        text += "<\(name)>"
        text(plain)
        text += "</\(name)>"
    }

    static func escaped(_ plain: String) -> String {
        var text = ""
        for character in plain.unicodeScalars {
            switch character {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            case "\"": text += "&quot;"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
