/// A JSON text as it was read: order of members kept, numbers kept to the last digit.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(JSONNumber(text: "\(value)")) }

    /// A finite number; NaN and the infinities, which JSON has no words for, become null.
    public static func double(_ value: Double) -> JSONValue {
        value.isFinite ? .number(JSONNumber(text: "\(value)")) : .null
    }

    public static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var doubleValue: Double? { if case .number(let value) = self { value.double } else { nil } }
    public var integerValue: Int64? { if case .number(let value) = self { value.int64 } else { nil } }
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
    public var isNull: Bool { self == .null }

    /// What a person calls this kind of value, for error messages.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// The digits of a JSON number, valid by RFC 8259; nothing is lost until somebody asks for a machine number.
public struct JSONNumber: Sendable, Hashable {
    public let text: String

    init(text: String) {
        self.text = text
    }

    public init(_ value: some BinaryInteger) {
        text = "\(value)"
    }

    public var double: Double? { Double(text) }

    /// The integer when the number is one that fits (`5`, `5.0`, `5e2`).
    public var int64: Int64? {
        if let value = Int64(text) { return value }
        guard let double, double.rounded() == double, abs(double) < 9e15 else { return nil }
        return Int64(double)
    }
}

/// Members in the order in which they came; names are unique.
public struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public private(set) var members: [(name: String, value: JSONValue)]

    public init() { members = [] }

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { (name: $0.0, value: $0.1) }
    }

    init(uniqueMembers: [(name: String, value: JSONValue)]) {
        members = uniqueMembers
    }

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }

    public subscript(name: String) -> JSONValue? {
        get {
            for member in members where member.name == name { return member.value }
            return nil
        }
        set {
            if let index = members.firstIndex(where: { $0.name == name }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append((name: name, value: newValue))
            }
        }
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    }

    public func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}
