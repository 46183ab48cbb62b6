import Domain

/// An HTTP answer, whole.
struct Answer: Sendable {
    var status: Int
    /// Names in small letters; several of one name are joined by line breaks.
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: JSONObject { (try? JSONParser.parse(body))?.objectValue ?? JSONObject() }

    subscript(name: String) -> JSONValue? { json[name] }
}
