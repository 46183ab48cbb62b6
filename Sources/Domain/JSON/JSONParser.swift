/// A strict JSON parser (RFC 8259) for bytes from the network.
///
/// Own code because it stands on the intake path: it is bounded in depth and values, it names the byte at which a text
/// goes wrong, keeps numbers to the last digit and members in order, and is fast on small bodies. Duplicate member
/// names, lone surrogates, invalid UTF-8, control characters in strings and anything after the value are errors.
public struct JSONParser {
    public struct Limits: Sendable {
        /// Arrays and objects inside each other.
        public var depth: Int
        /// Values in all, so that `[0,0,0,…]` cannot blow a small body up to gigabytes.
        public var values: Int

        public init(depth: Int = 32, values: Int = 200_000) {
            self.depth = depth
            self.values = values
        }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depthLeft: Int
    private var valuesLeft: Int

    private init(bytes: UnsafeBufferPointer<UInt8>, limits: Limits) {
        self.bytes = bytes
        depthLeft = limits.depth
        valuesLeft = limits.values
    }

    /// The value that `raw` holds; `raw` is not kept.
    public static func parse(_ raw: UnsafeRawBufferPointer, limits: Limits = Limits()) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: raw.bindMemory(to: UInt8.self), limits: limits)
        parser.skipByteOrderMark()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == parser.bytes.count else {
            throw parser.error("something follows the JSON value")
        }
        return value
    }

    public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) -> JSONValue {
        // Typed throws do not pass through withUnsafeBytes in every toolchain that we build with.
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBytes { raw in
            do throws(JSONError) { return .success(try parse(raw, limits: limits)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    public static func parse(_ text: String, limits: Limits = Limits()) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }

    private func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }

    private mutating func skipByteOrderMark() {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard position < bytes.count else { throw error("the text ends where a value should be") }
        valuesLeft -= 1
        guard valuesLeft >= 0 else { throw error("too many values") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw error("a value cannot begin with this character")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count else { throw error("the text ends inside a word") }
        for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
            throw error("expected \(word)")
        }
        position += length
        return value
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        var members: [(name: String, value: JSONValue)] = []
        // Small objects compare names one by one; large ones need a set, or hostile bodies would cost n².
        var names: Set<String> = []
        skipSpace()
        if take("}") {
            leave()
            return JSONObject()
        }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("expected a member name in double quotes")
            }
            let start = position
            let name = try string()
            let isRepeated: Bool
            if members.count < 16 {
                isRepeated = members.contains { $0.name == name }
            } else {
                if names.isEmpty { names = Set(members.map(\.name)) }
                isRepeated = !names.insert(name).inserted
            }
            guard !isRepeated else {
                position = start
                throw error("the member name \"\(name.prefix(50))\" stands here twice")
            }
            skipSpace()
            guard take(":") else { throw error("expected ':' after a member name") }
            members.append((name: name, value: try value()))
            skipSpace()
            if take(",") { continue }
            guard take("}") else { throw error("expected ',' or '}'") }
            leave()
            return JSONObject(uniqueMembers: members)
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try enter()
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") {
            leave()
            return []
        }
        while true {
            elements.append(try value())
            skipSpace()
            if take(",") { continue }
            guard take("]") else { throw error("expected ',' or ']'") }
            leave()
            return elements
        }
    }

    private mutating func enter() throws(JSONError) {
        guard depthLeft > 0 else { throw error("nested too deeply") }
        depthLeft -= 1
        position += 1
    }

    private mutating func leave() { depthLeft += 1 }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == scalar.value else { return false }
        position += 1
        return true
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 { position += 1 }
        return position - start
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        _ = take("-")
        let leadsWithZero = position < bytes.count && bytes[position] == 48
        let whole = digits()
        guard whole > 0, !(leadsWithZero && whole > 1) else { throw error("a number cannot be written like this") }
        if take("."), digits() == 0 { throw error("digits must follow the decimal point") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { throw error("digits must follow the exponent") }
        }
        guard position - start <= 64 else { throw error("a number of more than 64 characters") }
        return JSONNumber(text: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = try text(from: start, to: position)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error("a control character must be escaped") }
            position += 1
        }
        throw error("the text ends inside a string")
    }

    private func text(from start: Int, to end: Int) throws(JSONError) -> String {
        guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self) else {
            throw JSONError(reason: "invalid UTF-8 in a string", offset: start)
        }
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var decoded = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    throw JSONError(reason: "invalid UTF-8 in a string", offset: start)
                }
                position += 1
                return text
            }
            guard byte >= 0x20 else { throw error("a control character must be escaped") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                decoded.append(contentsOf: try escape())
            } else {
                decoded.append(byte)
            }
        }
        throw error("the text ends inside a string")
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard position < bytes.count else { throw error("the text ends inside a string") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code >= 0xD800, code < 0xDC00 {
                guard take("\\"), take("u") else { throw error("half of a surrogate pair") }
                let low = try hexadecimal()
                guard low >= 0xDC00, low < 0xE000 else { throw error("half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
            return Array(String(Character(scalar)).utf8)
        default:
            throw error("an escape that JSON does not have")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error("the text ends inside an escape") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue, bytes[position] < 0x80 else {
                throw error("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

/// Where and why a text is no JSON.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: String
    /// Bytes before the place where reading stopped.
    public let offset: Int

    public var description: String { "\(reason), at byte \(offset)" }
}
