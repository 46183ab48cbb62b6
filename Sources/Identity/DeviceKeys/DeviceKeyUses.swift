import Domain
import Synchronization

/// When keys of devices were last used, until it is written.
final class DeviceKeyUses: Sendable {
    private struct Key: Hashable {
        let deviceID: String
        let fingerprint: String
    }

    private let uses = Mutex<[Key: Instant]>([:])

    func note(_ deviceID: String, _ fingerprint: String, at now: Instant) {
        uses.withLock { $0[Key(deviceID: deviceID, fingerprint: fingerprint)] = now }
    }

    func lastUse(_ deviceID: String, _ fingerprint: String) -> Instant? {
        uses.withLock { $0[Key(deviceID: deviceID, fingerprint: fingerprint)] }
    }

    var all: [(deviceID: String, fingerprint: String, at: Instant)] {
        uses.withLock { $0.map { ($0.key.deviceID, $0.key.fingerprint, $0.value) } }
    }

    func markWritten(_ written: [(deviceID: String, fingerprint: String, at: Instant)]) {
        uses.withLock { uses in
            for use in written {
                let key = Key(deviceID: use.deviceID, fingerprint: use.fingerprint)
                if uses[key] == use.at { uses[key] = nil }
            }
        }
    }
}
