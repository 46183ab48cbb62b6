import Domain
import Gateway
import Media
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What can be wrong with the box itself.
extension HealthReport {
    typealias Problem = (state: HealthBoard.State, error: String)

    static func databaseProblem(_ store: Store, _ path: String) async -> Problem? {
        do {
            _ = try await store.read { try EdgeDevice.fetch(deviceID: "", $0) }
        } catch {
            return (.failed, "the database cannot be read")
        }
        return writingProblem(path).map { (.failed, "the database cannot be written: \($0)") }
    }

    static func diskProblem(_ available: Int64?, _ reserve: Int64) -> Problem? {
        guard let available else { return (.degraded, "the free space cannot be read") }
        if available < reserve { return (.failed, "less than \(reserve >> 20) MiB are free") }
        // Time to act before events are refused.
        return available / 2 < reserve ? (.degraded, "less than \(reserve >> 19) MiB are free") : nil
    }

    static func imagesProblem(_ path: String, _ services: APIServices) -> Problem? {
        if let problem = writingProblem(path) { return (.failed, "images cannot be written: \(problem)") }
        return (services.pictures.sealingProblem ?? services.sweep?.last?.problem).map { (.degraded, $0) }
    }

    /// Why the system would not let us write there; nil when it would.
    private static func writingProblem(_ path: String) -> String? {
        access(path, W_OK) == 0 ? nil : String(cString: strerror(errno))
    }
}
