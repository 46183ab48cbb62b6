import Domain
import Store

extension EventFilter {
    /// Reads the filters that `GET /api/lpr/events` takes.
    init(_ query: inout QueryReader) {
        self.init()
        if let plate = query.text("plate", limit: 64) {
            if let pattern = Plate.pattern(of: plate) {
                platePattern = pattern
            } else {
                plateKey = Plate.key(of: plate)
            }
            if plateKey?.isEmpty == true { query.problem("plate", "has no letter and no digit") }
        }
        if let text = query.text("search", limit: 64) {
            let key = Plate.key(of: text)
            if key.isEmpty { query.problem("search", "has no letter and no digit") } else { search = key }
        }
        if plateKey != nil || platePattern != nil, search != nil {
            query.problem("search", "stands beside plate; use one of them")
        }
        device = query.text("device", limit: 50)
        if let text = query.text("province", limit: 100) {
            if let match = Province.matching(text) { provinceCode = match.code } else { province = text }
        }
        from = query.instant("from")
        to = query.instant("to")
        minimumConfidence = query.number("min_confidence", in: 0...1)
        hasImage = query.bool("has_image")
        if query.text("watchlist") != nil {
            query.problem("watchlist", "cannot be used yet: this appliance has no watchlists")
        }
    }

    static let parameters: [Operation.Parameter] = [
        .query("plate", "The plate, spelled in any way; `*` stands for any characters, `?` for one."),
        .query("search", "A part of the plate, in any script."),
        .query("device", "The camera's id."),
        .query("province", "Thai or English name, or the code TH-nn."),
        .query("from", "Captured at or after this time.", ["type": "string", "format": "date-time"]),
        .query("to", "Captured before this time.", ["type": "string", "format": "date-time"]),
        .query("min_confidence", "At least this confidence.", ["type": "number", "minimum": 0, "maximum": 1]),
        .query("has_image", "Only events with, or without, a picture.", ["type": "boolean"]),
    ]
}
