import Domain

/// What `lpr-appliance upstream` prints, made of the answers of the running appliance.
enum UpstreamText {
    /// Whether somebody has to do something.
    static func isIll(_ answer: JSONObject) -> Bool {
        let state = answer["state"]?.stringValue.flatMap { UpstreamStatus.State(rawValue: $0) }
        guard state != .off else { return false }
        return answer["problem"]?.stringValue != nil || state == .waiting || state == .paused
            || count(answer, "parked_rows") > 0 || answer["pictures_error"]?.stringValue != nil
            || answer["lag_seconds"]?.doubleValue ?? 0 >= UpstreamStatus.tellingLagSeconds
    }

    static func status(_ answer: JSONObject) -> String {
        let state = answer["state"]?.stringValue ?? ""
        if state == UpstreamStatus.State.off.rawValue {
            return line("state", "off: upstream.url is not set")
        }
        var lines = [line("state", state + (text(answer, "connected_since").map { ", connected since \($0)" } ?? ""))]
        lines.append(line("server", text(answer, "server")))
        lines += trouble(answer)
        let lag = count(answer, "lag_rows")
        lines.append(
            line("lag", lag == 0 ? "none" : "\(lag) changes, the oldest \(number(answer, "lag_seconds")) s old"))
        lines.append(line("rate", "\(number(answer, "rows_per_second")) changes/s in the last minute"))
        lines.append(
            line(
                "confirmed",
                "change \(count(answer, "confirmed_sequence"))"
                    + (answer["epoch"]?.integerValue.map { " of epoch \($0)" } ?? "")
                    + (text(answer, "last_confirmed_at").map { ", \($0)" } ?? "")))
        lines.append(
            line("sent", "\(count(answer, "rows_sent")) changes in \(count(answer, "batches_sent")) transactions"))
        if let left = answer["backfill_remaining"]?.integerValue {
            lines.append(line("anew", "\(left) stored events are still to be sent"))
        }
        if let waiting = answer["pictures_waiting"]?.integerValue {
            let passed = count(answer, "pictures_passed")
            lines.append(
                line(
                    "pictures",
                    "\(waiting) wait, \(count(answer, "pictures_sent")) sent"
                        + (passed > 0 ? ", \(passed) passed" : "")))
            if let error = text(answer, "pictures_error") { lines.append(line("", error)) }
        }
        let parked = count(answer, "parked_rows")
        if parked > 0 { lines.append(line("refused", "\(parked) changes; see 'lpr-appliance upstream parked'")) }
        return lines.joined(separator: "\n")
    }

    private static func trouble(_ answer: JSONObject) -> [String] {
        let problem = text(answer, "problem")
        let error = text(answer, "last_error")
        guard problem != nil || error != nil else { return [] }
        let at = text(answer, "last_error_at").map { " (\($0))" } ?? ""
        guard let problem else { return [line("last error", (error ?? "") + at)] }
        var lines = [line("problem", [problem, error].compactMap { $0 }.joined(separator: ": ") + at)]
        if let known = UpstreamStatus.Problem(rawValue: problem) { lines.append(line("do", known.advice)) }
        return lines
    }

    /// One refused change as a line of columns.
    static func parked(_ row: JSONObject) -> String {
        [
            row["id"]?.integerValue.map { "\($0)" } ?? "-", text(row, "parked_at") ?? "-",
            "\(text(row, "entity") ?? "-") \(text(row, "entity_key") ?? "-")", text(row, "operation") ?? "-",
            "\(count(row, "attempts"))", "\(text(row, "sqlstate") ?? "-") \(text(row, "message") ?? "")",
        ].joined(separator: "\t")
    }

    private static func line(_ name: String, _ value: String?) -> String {
        name + String(repeating: " ", count: max(1, 12 - name.count)) + (value ?? "-")
    }

    /// What comes from a server is shown on a terminal: nothing in it may steer that.
    private static func text(_ object: JSONObject, _ name: String) -> String? {
        object[name]?.stringValue.map(QuotedText.escapingControls)
    }

    private static func count(_ object: JSONObject, _ name: String) -> Int64 { object[name]?.integerValue ?? 0 }

    private static func number(_ object: JSONObject, _ name: String) -> String {
        "\(((object[name]?.doubleValue ?? 0) * 10).rounded() / 10)"
    }
}

extension UpstreamStatus.Problem {
    /// What somebody should do about it.
    fileprivate var advice: String {
        switch self {
        case .unreachable:
            "check host and port in upstream.url, that the server runs, and that no firewall is in between"
        case .wrongPassword: "check the role in upstream.url and the password in upstream.password_file"
        case .tls: "check sslmode in upstream.url, upstream.sslrootcert and the server's certificate"
        case .schemaMissing, .schemaTooOld: "run 'lpr-appliance upstream init' of this version against the database"
        case .schemaTooNew: "update this appliance to the version that made the tables"
        case .permission: "run 'lpr-appliance upstream add-site' for this site again, or ask who runs the database"
        case .siteUnknown: "run 'lpr-appliance upstream add-site' with the site.id of this box"
        case .anotherAppliance: "give every box its own site.id; restart this one if it replaces the other"
        case .diskFull: "make room on the disk of the central database"
        case .timeout: "check the line and the load of the server; raise upstream.statement_timeout if both are slow"
        case .other: "look at the error above and at the log of the central database"
        }
    }
}
