public import Domain
import GRDB

extension WriteContext {
    /// Notes who did what, in the transaction that does it. `detail` must hold no secret (invariant 6).
    public func audit(actor: String, action: String, object: String, detail: JSONObject = JSONObject()) throws {
        try database.execute(
            sql: "INSERT INTO audit_log (at, actor, action, object, detail) VALUES (?, ?, ?, ?, ?)",
            arguments: [now.microseconds, actor, action, object, JSONValue.object(detail).text])
    }
}
