import Domain
import Store

extension EventCorrection {
    /// Reads `{license_plate, province, note, keep}`; a member that is absent leaves its field as it is, null empties it.
    init(_ body: JSONBody) throws {
        var body = body
        self.init()
        for member in body.object.members
        where !["license_plate", "province", "note", "keep"].contains(member.name) {
            body.problem(member.name, "cannot be changed; only license_plate, province, note and keep can")
        }
        if body.has("license_plate") {
            let text = body.text("license_plate", limit: 1_000)
            if let text, text.count > LPREventDraft.plateLimit {
                body.problem("license_plate", "has more than \(LPREventDraft.plateLimit) characters")
            }
            let read = text.flatMap { Plate(text: $0) }
            if text != nil, read == nil { body.problem("license_plate", "has no letter and no digit") }
            plate = .some(read)
        }
        if body.has("province") {
            province = .some(
                body.text("province", limit: 100).map { text in
                    let match = Province.matching(text)
                    return (text: match?.thai ?? text, code: match?.code)
                })
        }
        if body.has("note") { note = .some(body.text("note", limit: 2_000)) }
        if body.has("keep") { isKept = body.bool("keep") }
        try body.check()
    }
}
