import Domain

/// What `lpr-appliance storage` prints, made of the answers of the running appliance.
enum StorageText {
    static func report(_ answer: JSONObject) -> String {
        var lines: [String] = []
        let limit = answer["limit_bytes"]?.integerValue
        var head = "used        \(size(answer["used_bytes"]))"
        if let limit, limit < Int64.max { head += " of \(size(limit)) (\(answer["limited_by"]?.stringValue ?? "-"))" }
        lines.append(head)
        if answer["quota_bytes"]?.integerValue != nil {
            lines.append("sweeps      above \(size(answer["high_bytes"])), down to \(size(answer["low_bytes"]))")
        } else {
            lines.append("sweeps      never: storage.quota is 0")
        }
        lines.append(
            "growth      "
                + (answer["growth_bytes_per_day"]?.integerValue.map { "\(size($0)) a day" } ?? "not known yet"))
        if let days = answer["days_until_high"]?.doubleValue {
            lines.append("forecast    high mark in \(tenths(days)) days")
        }
        if answer["counted"]?.boolValue == false { lines.append("note        the files are still being counted") }
        if let problem = answer["problem"]?.stringValue { lines.append("problem     \(problem)") }
        lines.append("")
        lines += table(
            ["class", "files", "size"],
            rows: objects(answer["classes"]).map { row in
                [row["class"]?.stringValue ?? "", text(row["files"]), size(row["bytes"])]
            })
        let devices = objects(answer["devices"])
        if !devices.isEmpty {
            lines.append("")
            lines += table(
                ["device", "files", "size"],
                rows: devices.map { row in
                    [row["device_id"]?.stringValue ?? "", text(row["files"]), size(row["bytes"])]
                })
            let more = (answer["device_count"]?.integerValue ?? 0) - Int64(devices.count)
            if more > 0 { lines.append("… and \(more) more") }
        }
        let sweeps = objects(answer["sweeps"]).prefix(5)
        if !sweeps.isEmpty {
            lines += ["", "last sweeps"]
            lines += sweeps.map { "  " + sweep($0).replacing("\n", with: "\n  ") }
        }
        return lines.joined(separator: "\n")
    }

    static func plan(_ answer: JSONObject) -> String {
        let removed = removed(answer["removed"])
        guard !removed.isEmpty else {
            return "nothing would go: \(size(answer["used_bytes"])) are in use"
                + (answer["enough"]?.boolValue == true ? "" : ", and nothing may be deleted")
        }
        var lines = ["would go, until \(size(answer["target_bytes"])) are in use (now \(size(answer["used_bytes"]))):"]
        lines += removed
        if answer["complete"]?.boolValue == false {
            lines.append("and more: only the first 200,000 events were looked at")
        } else if answer["enough"]?.boolValue == false {
            lines.append("that is not enough; nothing else may be deleted")
        }
        return lines.joined(separator: "\n")
    }

    static func sweep(_ answer: JSONObject) -> String {
        let head =
            "\(answer["started_at"]?.stringValue ?? "") \(answer["reason"]?.stringValue ?? ""): "
            + "\(answer["outcome"]?.stringValue ?? ""), \(size(answer["used_before_bytes"])) → "
            + "\(size(answer["used_after_bytes"]))"
        return ([head] + removed(answer["removed"])).joined(separator: "\n")
    }

    private static func removed(_ value: JSONValue?) -> [String] {
        objects(value).map { row in
            "  \(row["kind"]?.stringValue ?? ""): \(text(row["files"])) files, \(size(row["bytes"]))"
                + (row["oldest"]?.stringValue.map { ", captured \($0) to \(row["newest"]?.stringValue ?? "")" } ?? "")
        }
    }

    private static func objects(_ value: JSONValue?) -> [JSONObject] {
        value?.arrayValue?.compactMap(\.objectValue) ?? []
    }

    private static func text(_ value: JSONValue?) -> String { value?.integerValue.map { "\($0)" } ?? "-" }

    private static func size(_ value: JSONValue?) -> String { value?.integerValue.map { size($0) } ?? "-" }

    /// Such as `12.3 GiB`.
    static func size(_ bytes: Int64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes) / 1_024
        var unit = 0
        while value.magnitude >= 1_000, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        return "\(tenths(value)) \(units[unit])"
    }

    private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// Names to the left, numbers to the right.
    private static func table(_ head: [String], rows: [[String]]) -> [String] {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.indices.map { column in
                let pad = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + pad : pad + row[column]
            }.joined(separator: "  ")
        }
    }
}
