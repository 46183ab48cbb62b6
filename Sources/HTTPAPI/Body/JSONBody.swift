import Domain
import Hummingbird

/// The members of a JSON object that a form or a program sent, with errors collected by field.
struct JSONBody {
    let object: JSONObject
    private(set) var problems: [FieldError] = []

    init(_ bytes: [UInt8]) throws {
        guard case .object(let object) = try JSONBody.parse(bytes) else {
            throw Problem(.badRequest, "not-json", "The body must be a JSON object.")
        }
        self.object = object
    }

    static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw Problem(.badRequest, "not-json", "The body is not valid JSON: \(error).")
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
