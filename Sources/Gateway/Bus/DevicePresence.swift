import Domain
import Logging
import Synchronization

/// Notices when a device comes back and when it falls silent, and says so on the bus.
///
/// A device is online for `EdgeDevice.onlineWindow` after each sign of life.
public final class DevicePresence: Sendable {
    /// Devices that are watched (invariant 5); far more than one appliance has.
    private static let capacity = 20_000

    private let bus: EventBus
    private let feed: ChangeFeed
    private let online = Mutex<[String: Instant]>([:])

    public init(bus: EventBus, feed: ChangeFeed) {
        self.bus = bus
        self.feed = feed
        bus.listen { [weak self] messages in self?.note(messages) }
    }

    /// Knows who was there before the start.
    public func load() async throws {
        let now = feed.now
        let contacts = try await feed.lastContacts().filter { now.since($0.value) <= EdgeDevice.onlineWindow }
        online.withLock { online in
            online.merge(contacts.prefix(Self.capacity).map { ($0.key, $0.value) }) { max($0, $1) }
        }
    }

    /// A device gave a sign of life.
    public func contact(_ deviceID: String) {
        let now = feed.now
        let isBack = online.withLock { online -> Bool in
            guard online[deviceID] != nil || online.count < Self.capacity else { return false }
            return online.updateValue(now, forKey: deviceID) == nil
        }
        if isBack { bus.publish([.presenceChanged(deviceID: deviceID)]) }
    }

    /// Looks for devices that fell silent; to be called every few seconds.
    public func sweep() {
        let now = feed.now
        let silent = online.withLock { online -> [String] in
            let silent = online.filter { now.since($0.value) > EdgeDevice.onlineWindow }.map(\.key)
            for deviceID in silent { online[deviceID] = nil }
            return silent
        }
        if !silent.isEmpty { bus.publish(silent.map { .presenceChanged(deviceID: $0) }) }
    }

    public var onlineCount: Int { online.withLock { $0.count } }

    private func note(_ messages: [BusMessage]) {
        for message in messages {
            switch message {
            case .change(.eventStored(let event), _): contact(event.edgeDeviceID)
            case .healthReported(let deviceID, isSignOfLife: true): contact(deviceID)
            case .healthReported, .change, .rejected, .presenceChanged, .answersQueued: continue
            }
        }
    }
}
