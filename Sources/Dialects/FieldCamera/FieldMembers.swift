import Domain

/// Reads the members of a message the way the cameras mean them: what is null, blank or the word of some language for
/// "nothing" is absent, and numbers and texts stand for each other.
struct FieldMembers {
    let outer: JSONObject
    /// `data` or `detection_data` of the MQTT form; its members win over those outside.
    private(set) var inner = JSONObject()
    /// What could not be read, in words.
    private(set) var faults: [String] = []
    private var taken: Set<String> = []

    private static let faultLimit = 10
    private static let wordsForNothing: Set<String> = ["", "null", "none", "nan", "undefined", "n/a"]
    /// Values of one list that comes as text.
    private static let listLimits = JSONParser.Limits(depth: 16, values: 20_000)

    init(_ object: JSONObject) {
        outer = object
        for name in ["detection_data", "data"] {
            guard let value = object[name], !Self.isUnset(value) else { continue }
            if let members = value.objectValue ?? Self.parsed(value)?.objectValue {
                inner = members
                taken.insert(name)
                break
            }
        }
    }

    /// - Throws: `MessageRejection` when the message is no object.
    init(message: JSONValue) throws(MessageRejection) {
        guard case .object(let object) = message else {
            throw MessageRejection(
                fields: [FieldError("", "the message must be a JSON object, not \(message.kindName)")])
        }
        self.init(object)
    }

    mutating func fault(_ field: String, _ message: String) {
        guard faults.count < Self.faultLimit else { return }
        faults.append(Self.words(field, message))
    }

    /// A fault in at most 240 bytes.
    static func words(_ field: String, _ message: String) -> String {
        var size = 0
        let kept = "\(field) \(message)".unicodeScalars.prefix { scalar in
            size += UTF8.width(scalar)
            return size <= 240
        }
        return String(String.UnicodeScalarView(kept))
    }

    /// The first of these that says something, without taking note of it.
    func peek(_ names: String...) -> JSONValue? { first(of: names)?.value }

    func hasAny(_ names: [String]) -> Bool { first(of: names) != nil }

    /// The first of these that says something.
    mutating func take(_ names: String...) -> (name: String, value: JSONValue)? {
        taken.formUnion(names)
        return first(of: names)
    }

    private func first(of names: [String]) -> (name: String, value: JSONValue)? {
        for name in names {
            for object in [inner, outer] {
                if let value = object[name], !Self.isUnset(value) { return (name, value) }
            }
        }
        return nil
    }

    /// One line of text; a number counts as its digits. What does not fit is cut and noted.
    mutating func label(_ names: String..., limit: Int) -> String? {
        taken.formUnion(names)
        guard let (name, value) = first(of: names) else { return nil }
        guard let text = Self.text(value) else {
            fault(name, "is \(value.kindName) and was left out")
            return nil
        }
        let line = Self.line(Self.beginning(of: text))
        guard line.unicodeScalars.count > limit else { return line.isEmpty ? nil : line }
        fault(name, "has more than \(limit) characters and was cut")
        return String(String.UnicodeScalarView(line.unicodeScalars.prefix(limit)))
    }

    /// A list, or the JSON text of a list; one object counts as a list of it.
    /// - Parameter isTextAnItem: whether text that is no JSON is itself the only item.
    mutating func list(_ names: String..., isTextAnItem: Bool = false) -> [JSONValue] {
        taken.formUnion(names)
        guard let (name, value) = first(of: names) else { return [] }
        var list = value
        if case .string(let text) = value {
            if let parsed = Self.parsed(value) {
                list = parsed
            } else if isTextAnItem, !["[", "{"].contains(Self.line(Self.beginning(of: text)).prefix(1)) {
                list = .array([value])
            } else {
                fault(name, "is text that is no JSON; it is kept under extra")
                taken.remove(name)
                return []
            }
        }
        switch list {
        case .array(let items): return items
        case .object: return [list]
        case .string where isTextAnItem: return [list]
        case .null: return []
        default:
            fault(name, "is \(list.kindName), not a list; it is kept under extra")
            taken.remove(name)
            return []
        }
    }

    /// Members that nobody has asked for.
    var rest: [(name: String, value: JSONValue)] {
        var names: Set<String> = []
        return (inner.members + outer.members).filter { member in
            !taken.contains(member.name) && !Self.isUnset(member.value) && names.insert(member.name).inserted
        }
    }

    static func isUnset(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .string(let text): text.utf8.count <= 32 && wordsForNothing.contains(line(text).lowercased())
        default: false
        }
    }

    /// What a text holds as JSON; nil for other values and other texts.
    static func parsed(_ value: JSONValue) -> JSONValue? {
        guard case .string(let text) = value else { return nil }
        return try? JSONParser.parse(Array(text.utf8), limits: listLimits)
    }

    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        default: nil
        }
    }

    /// As much of a text as is ever looked at, where a word is meant and megabytes may come.
    static func beginning(of text: String) -> String {
        text.utf8.count <= 4_096 ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(4_096)))
    }

    /// Without blanks at both ends; control characters become blanks.
    static func line(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar
        }
        return trimmed(String(String.UnicodeScalarView(scalars)))
    }

    /// Without blanks at both ends.
    static func trimmed(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        return String(scalars)
    }
}
