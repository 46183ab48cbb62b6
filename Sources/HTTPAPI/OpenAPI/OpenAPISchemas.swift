import Domain

/// The schemas of bodies and answers, with the bounds that the code enforces.
enum OpenAPISchemas {
    static let all: JSONObject = {
        var all = JSONObject()
        for text in [events, fieldCameras, devices, files, communication, people, system, storage, upstream] {
            guard let part = (try? JSONParser.parse(text))?.objectValue else { continue }
            for member in part.members { all[member.name] = member.value }
        }
        return all
    }()

    static let instant = #"{"type": "string", "format": "date-time"}"#
    static let optionalInstant = #"{"type": ["string", "null"], "format": "date-time"}"#
    static let optionalText = #"{"type": ["string", "null"]}"#
    static let cursor = #"{"type": ["string", "null"], "description": "For the next page; null at the end."}"#
    static let eventID = #"{"type": "string", "minLength": 1, "maxLength": 50, "pattern": "^[A-Za-z0-9._:-]+$"}"#
    static let deviceID =
        #"{"type": "string", "minLength": 1, "maxLength": 50, "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]*$"}"#
    /// One line of text.
    static let label =
        #"{"type": ["string", "null"], "maxLength": 100, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"}"#
    static let rate = #"{"type": ["number", "null"], "minimum": 0, "maximum": 1}"#
    static let count = #"{"type": "integer", "minimum": 0}"#
    static let protocols =
        #"{"type": "string", "enum": ["# + SourceProtocol.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        + "]}"
}
