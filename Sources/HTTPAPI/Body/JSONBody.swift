import Domain
import Hummingbird

/// The members of a JSON object that a form or a program sent, with errors collected by field.
struct JSONBody: FieldReading {
    let object: JSONObject
    private(set) var problems: [FieldError] = []

    init(_ bytes: [UInt8]) throws {
        guard case .object(let object) = try JSONBody.parse(bytes) else {
            throw Problem(.badRequest, .notJSON, "The body must be a JSON object.")
        }
        self.object = object
    }

    /// Reads a small body whose members are all known.
    static func read(_ request: Request, _ context: APIContext, members: Set<String>) async throws -> JSONBody {
        var body = try JSONBody(try await BodyReader(limit: RequestLimits.plainBody).read(request, context))
        for member in body.object.members.lazy.filter({ !members.contains($0.name) }).prefix(20) {
            body.problem(
                String(member.name.prefix(100)), "is not known here; \(members.sorted().joined(separator: ", ")) are")
        }
        return body
    }

    static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw Problem(.badRequest, .notJSON, "The body is not valid JSON: \(error).")
        }
    }

    mutating func problem(_ field: String, _ message: String) {
        problems.append(FieldError(field, message))
    }

    func has(_ name: String) -> Bool { object[name] != nil }

    /// Nil when absent, null or empty.
    mutating func text(_ name: String, limit: Int = 200) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            problem(name, "must be a string, not \(value.kindName)")
            return nil
        }
        guard text.unicodeScalars.count <= limit, !text.unicodeScalars.contains("\0") else {
            problem(name, "must have at most \(limit) characters and no NUL")
            return nil
        }
        return text.isEmpty ? nil : text
    }

    mutating func requiredText(_ name: String, limit: Int = 200) -> String {
        let before = problems.count
        if let text = text(name, limit: limit) { return text }
        if problems.count == before { problem(name, "is missing") }
        return ""
    }

    /// Text of which blanks at both ends are left out; nil when absent, null or blank.
    mutating func label(_ name: String, limit: Int = 100) -> String? {
        guard let text = text(name, limit: limit) else { return nil }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            problem(name, "must have no line breaks or other control characters")
            return nil
        }
        let trimmed = text[...].trimmingSpaces
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    mutating func instant(_ name: String) -> Instant? {
        guard let text = text(name, limit: 64) else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            problem(name, "must be a time with a zone as in RFC 3339, such as 2026-11-23T08:00:00+07:00")
            return nil
        }
        return instant
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let flag = value.boolValue else {
            problem(name, "must be true or false, not \(value.kindName)")
            return nil
        }
        return flag
    }

    /// - Throws: `Problem` 422 with all fields that were wrong.
    func check() throws {
        if !problems.isEmpty { throw Problem.invalid(problems) }
    }
}
