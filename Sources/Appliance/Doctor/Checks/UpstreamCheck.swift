import Domain
import Upstream

/// Whether the central PostgreSQL answers, and what the running appliance says of its replication.
///
/// No more than a warning: reads are kept on the box whether the centre is there or not.
struct UpstreamCheck: DoctorCheck {
    let id = "upstream"
    let title = "central database"

    func run(_ context: DoctorContext) async -> [Finding] {
        guard let text = context.configuration.upstream.url else {
            return [context.unknown("upstream.url") ?? .ok("none is set up (upstream.url)")]
        }
        let url: ConnectionURL
        do throws(ConnectionURL.Mistake) {
            url = try ConnectionURL(text)
        } catch {
            return [.failed("upstream.url: \(error)", "correct it, then \(context.restartCommand)")]
        }
        let places = url.places
        let findings = await withTaskGroup(of: (Int, Finding).self) { group in
            for (number, place) in places.enumerated() {
                group.addTask { (number, await server(place.host, place.port)) }
            }
            return await group.reduce(into: [(Int, Finding)]()) { $0.append($1) }
        }.sorted { $0.0 < $1.0 }.map(\.1)
        return (places.isEmpty ? [.ok("it is reached by a socket on this box")] : findings) + replication(context)
            + (await onThread {
                BrokerCheck.unreadable(
                    context.configuration.upstream.passwordFile, "upstream.password_file", context)
            })
    }

    private func server(_ host: String, _ port: Int) async -> Finding {
        let outcome = await TCPProbe.connect(host, port)
        let text = "\(host.contains(":") ? "[\(host)]" : host):\(port) \(outcome.words)"
        guard outcome != .open else { return .ok(text) }
        return .warning(
            text,
            "reads are kept here and sent later; is the server on, does the line or the VPN work, is upstream.url right?"
        )
    }

    private func replication(_ context: DoctorContext) -> [Finding] {
        guard let component = context.service.component("upstream"), let state = component["state"]?.stringValue else {
            return []
        }
        switch state {
        case "off": return [.warning("the running appliance sends nowhere", context.restartCommand)]
        case "ok":
            let rows = component["lag_rows"]?.integerValue ?? 0
            return [.ok("the appliance sends" + (rows > 0 ? ", \(rows) changes wait" : ", nothing waits"))]
        default:
            return [
                .warning(
                    component["last_error"]?.stringValue ?? state,
                    "more: sudo lpr-appliance upstream status; docs/upstream.md says what each problem means")
            ]
        }
    }
}
