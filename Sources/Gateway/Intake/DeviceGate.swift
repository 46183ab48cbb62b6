public import Domain
public import Store
import Synchronization

/// The devices that are switched off, in memory: asked for every event.
public final class DeviceGate: Sendable {
    private let disabled = Mutex<Set<String>>([])

    public init() {}

    /// Reads the disabled devices out of the store; at start.
    public func load(from store: Store) async throws {
        let ids = try await store.disabledDeviceIDs()
        disabled.withLock { $0 = ids }
    }

    public func set(_ status: EdgeDevice.Status, deviceID: String) {
        disabled.withLock { disabled in
            if status == .disabled { disabled.insert(deviceID) } else { disabled.remove(deviceID) }
        }
    }

    func isDisabled(_ device: DeviceID) -> Bool { disabled.withLock { $0.contains(device.text) } }
}
