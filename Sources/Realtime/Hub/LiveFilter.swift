import Domain

/// What one connection wants to hear.
struct LiveFilter: Sendable, Hashable {
    var events = LiveEventSet.all
    var device: String?
    var plate: PlateFilter?

    /// Everything that a role may hear.
    static let everything = LiveFilter()

    func matches(_ item: LiveItem) -> Bool {
        guard events.contains(item.name) else { return false }
        // What is about no device or plate in particular, the state of the box say, passes.
        if let device, let other = item.device, other != device { return false }
        if let plate, item.name == .received || item.name == .processed || item.name == .updated {
            guard let key = item.plateKey, plate.matches(key) else { return false }
        }
        return true
    }
}

/// The `subscribe` of a client.
struct LiveSubscription: Sendable {
    var filter = LiveFilter()
    /// Everything after this change is wanted first.
    var since: Int64?

    /// - Throws: what is wrong with it.
    init(_ payload: JSONValue) throws(MessageFault) {
        guard let object = payload.objectValue ?? (payload.isNull ? JSONObject() : nil) else {
            throw MessageFault(.invalid, "subscribe takes an object", [])
        }
        var faults: [FieldError] = []
        for member in object.members where !member.value.isNull {
            switch (member.name, member.value) {
            case ("events", .array(let names)):
                var wanted: [LiveEventName] = []
                for name in names {
                    if let known = name.stringValue.flatMap({ LiveEventName(rawValue: $0) }) {
                        wanted.append(known)
                    } else {
                        faults.append(
                            FieldError(
                                "events",
                                "has \(name.text.prefix(60)), which is none; there are "
                                    + LiveEventName.allCases.map(\.rawValue).joined(separator: ", ")))
                    }
                }
                filter.events = LiveEventSet(wanted)
            case ("device", .string(let text)) where DeviceID(text) != nil: filter.device = text
            case ("device", _): faults.append(FieldError("device", "must be the id of a device"))
            case ("plate", .string(let text)) where text.unicodeScalars.count <= 100: filter.plate = PlateFilter(text)
            case ("plate", _): faults.append(FieldError("plate", "must be a plate or a pattern with * and ?"))
            case ("since", let number):
                since = number.integerValue
                if (since ?? -1) < 0 { faults.append(FieldError("since", "must be the id of a frame")) }
            case ("events", _): faults.append(FieldError("events", "must be a list of names"))
            default: faults.append(FieldError(member.name, "is unknown; events, device, plate and since are there"))
            }
        }
        guard faults.isEmpty else {
            throw MessageFault(.invalid, faults.map { "\($0.field) \($0.message)" }.joined(separator: "; "), faults)
        }
    }
}
