import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// A whole filter result as CSV or NDJSON, streamed page by page, so that its size does not matter.
struct EventExport {
    enum Format {
        case csv
        case ndjson

        init?(accept: String?) {
            let types = (accept ?? "").split(separator: ",").map {
                $0.prefix { $0 != ";" }.trimmingSpaces.lowercased()
            }
            switch types.first {
            case "text/csv": self = .csv
            case "application/x-ndjson": self = .ndjson
            default: return nil
            }
        }
    }

    let store: Store
    let filter: EventFilter
    let format: Format

    var response: Response {
        let type = format == .csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson"
        let name = format == .csv ? "events.csv" : "events.ndjson"
        let export = self
        return Response(
            status: .ok,
            headers: [
                .contentType: type, .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"\(name)\"",
            ],
            body: ResponseBody { writer in
                if export.format == .csv {
                    try await writer.write(ByteBuffer(string: CSVRow.columns.joined(separator: ",") + "\r\n"))
                }
                var cursor: EventCursor?
                repeat {
                    let page = try await export.store.events(export.filter, after: cursor, limit: 500)
                    try await writer.write(ByteBuffer(bytes: export.text(page.events)))
                    cursor = page.next
                } while cursor != nil
                try await writer.finish(nil)
            })
    }

    private func text(_ events: [LPREvent]) -> [UInt8] {
        events.flatMap { event in
            switch format {
            case .csv: Array(CSVRow(event).text.utf8)
            case .ndjson: event.json + [0x0A]
            }
        }
    }
}

/// One event as a row of RFC 4180.
struct CSVRow {
    static let columns = [
        "event_id", "captured_at", "received_at", "edge_device_id", "license_plate", "plate_key", "plate_kind",
        "province", "province_code", "confidence", "source_protocol", "note", "image_url",
    ]

    let text: String

    init(_ event: LPREvent) {
        let confidence = event.confidence.map { "\($0)" }
        let image = event.imagePath.map { _ in "/api/lpr/events/\(event.eventID)/image" }
        let cells: [String?] = [
            event.eventID, event.capturedAt.rfc3339, event.receivedAt.rfc3339, event.edgeDeviceID,
            event.licensePlate, event.plateKey, event.plateKind?.rawValue, event.province, event.provinceCode,
            confidence, event.sourceProtocol.rawValue, event.note, image,
        ]
        text = cells.map { Self.cell($0 ?? "") }.joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        // A spreadsheet would run a cell that begins like a formula; the apostrophe makes it text.
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { ",\"\n\r".contains($0) || $0 == "\r\n" }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
