import Domain

/// Metadata within its bound: a list that is too long keeps its beginning, and `trimmed` names it (invariant 5).
struct FrameMetadata {
    /// Bytes of one list. Four of them, the rest and the faults stay below `LPREventDraft.metadataLimit`, with room for
    /// what the intake adds.
    static let listLimit = 9 * 1_024
    /// Bytes of the members that nobody knows.
    static let restLimit = 6 * 1_024

    private(set) var object = JSONObject()
    private var trimmed: [JSONValue] = []

    mutating func add(_ name: String, _ value: JSONValue?) {
        if let value, !value.isNull { object[name] = value }
    }

    mutating func add(_ name: String, list: [JSONValue]) {
        guard !list.isEmpty else { return }
        var size = 2
        let kept = list.prefix { item in
            size += item.text.utf8.count + 1
            return size <= Self.listLimit
        }
        if kept.count < list.count { trimmed.append(.string(name)) }
        object[name] = .array(Array(kept))
    }

    /// The members that fit, in their order; those that do not are named.
    mutating func add(_ name: String, members: [(name: String, value: JSONValue)], limit: Int = restLimit) {
        var size = 2
        var kept = JSONObject()
        for member in members {
            let memberSize = member.name.utf8.count + member.value.text.utf8.count + 8
            if size + memberSize <= limit {
                size += memberSize
                kept[member.name] = member.value
            } else if trimmed.count < 20 {
                trimmed.append(.string("\(name).\(member.name.prefix(50))"))
            }
        }
        if !kept.isEmpty { object[name] = .object(kept) }
    }

    /// Notes that something was left out.
    mutating func trim(_ name: String) { trimmed.append(.string(name)) }

    mutating func finish(faults: [String]) -> JSONObject {
        if !trimmed.isEmpty { object["trimmed"] = .array(trimmed) }
        if !faults.isEmpty { object["faults"] = .array(faults.map { .string($0) }) }
        return object
    }
}
