import Domain

/// What both doors answer alike.
enum LiveAnswers {
    static func subscribed(_ events: [LiveEventName], _ sequence: Int64) -> SenderDesk.Answer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("events")
            writer.array { writer in
                for event in events { writer.value(event.rawValue) }
            }
            writer.member("sequence", sequence)
        }
        return SenderDesk.Answer(event: "subscribed", data: writer.bytes)
    }

    static func missed(count: Int?, since: Int64) -> JSONValue {
        ["count": count.map { .integer($0) } ?? .null, "since": .integer(since)]
    }
}

extension JSONValue {
    /// The value as text when it is an object, else an empty object.
    var objectText: String { objectValue == nil ? "{}" : text }
}
