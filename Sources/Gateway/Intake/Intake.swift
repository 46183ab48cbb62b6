public import Dialects
public import Domain
public import Logging
public import Media
public import Store
import Synchronization

/// The one way into the appliance, whatever the protocol.
///
/// A transport hands over drafts and waits; when `accept` returns, event, change feed and log are committed and synced,
/// and the pictures before them (invariants 1 and 8). Only then the transport acknowledges, in its own way.
public final class Intake: Sendable {
    let store: Store
    let pictures: PictureStore
    let space: SpaceGate
    let devices: DeviceGate
    let statistics: CommunicationStatistics
    let siteID: String
    let logger: Logger
    let inFlight = KeyedLock()
    let bus: EventBus
    let fileRules: FileRules
    /// How many answers may wait for a broker; nil while there is none.
    private let answerLimit = Mutex<Int?>(nil)

    /// - Parameters:
    ///   - fileRules: how files that come apart are read.
    ///   - bus: is told of health reports once they are committed; what is a change of the feed it hears from the
    ///   store.
    public init(
        store: Store, pictures: PictureStore, space: SpaceGate, devices: DeviceGate,
        statistics: CommunicationStatistics, siteID: String, logger: Logger,
        bus: EventBus = EventBus(), fileRules: FileRules = FileRules()
    ) {
        self.store = store
        self.pictures = pictures
        self.space = space
        self.devices = devices
        self.statistics = statistics
        self.siteID = siteID
        self.logger = logger
        self.bus = bus
        self.fileRules = fileRules
    }

    /// Tells devices by MQTT from now on what became of the files that they sent.
    /// - Parameter limit: how many messages may wait for the broker.
    public func answerTransfers(limit: Int) {
        answerLimit.withLock { $0 = min(max(limit, 1), OutboundQueue.queuedLimit) }
    }

    var place: IntakePlace { IntakePlace(siteID: siteID, answerLimit: answerLimit.withLock { $0 }) }

    /// The time by the store's clock.
    public var now: Instant { store.clock.now() }

    /// Takes one event.
    /// - Parameter payload: the message as it came, kept when it is not accepted.
    public func accept(
        _ draft: LPREventDraft, from sender: Sender, payload: some Collection<UInt8> & Sendable
    ) async throws(IntakeError) -> EventOutcome {
        let outcomes = try await counted(from: sender) { () async throws(IntakeError) in
            try await self.take(try self.check(draft, MessageEnvelope(from: sender, payload: payload)))
        }
        guard let outcome = outcomes.first else {
            throw intakeError(from: StoreError(.internalError, operation: "store an event", detail: "no outcome"))
        }
        return outcome
    }

    /// Keeps a message that no dialect could read, so that nothing disappears silently.
    public func reject(
        _ rejection: MessageRejection, from sender: Sender, payload: some Collection<UInt8> & Sendable
    ) async -> IntakeError {
        let error = IntakeError(.invalid, reason: rejection.reason, fields: rejection.fields)
        _ = try? await counted(from: sender) { () async throws(IntakeError) in
            try await self.take(self.check(rejection, MessageEnvelope(from: sender, payload: payload)))
        }
        return error
    }

    /// Runs `body` while no event of that id is being stored with pictures: for removing an event with its pictures.
    public func exclusively<Value: Sendable>(
        _ eventID: String, _ body: () async throws -> Value
    ) async rethrows -> Value {
        try await inFlight.withLock(eventID, body)
    }

    /// Whether this sender may speak for that device now.
    func admit(_ device: DeviceID, _ sender: Sender) throws(IntakeError) {
        if let own = sender.device, own != device {
            throw IntakeError(
                .forbidden, reason: "this key belongs to device \(own); it may not speak for \(device)",
                fields: [FieldError("edge_device_id", "must be \(own)")])
        }
        guard !devices.isDisabled(device) else {
            throw IntakeError(.forbidden, reason: "device \(device) is disabled; an administrator can enable it")
        }
    }

    /// Checks what can be checked without writing anything.
    func assemble(
        _ draft: LPREventDraft, frameDigest: [UInt8] = [], _ sender: Sender
    ) throws(IntakeError) -> EventAssembly {
        try admit(draft.edgeDeviceID, sender)
        let problems = draft.problems(receivedAt: sender.receivedAt)
        guard problems.isEmpty else {
            throw IntakeError(
                .invalid, reason: MessageRejection(fields: problems).reason, fields: problems)
        }
        guard !space.isFull else { throw .noSpace }
        var generator = SystemRandomNumberGenerator()
        return EventAssembly(draft, frameDigest: frameDigest, from: sender, using: &generator)
    }

    /// The words for a sender about an error of the store; its details go into the log.
    func intakeError(from error: any Error) -> IntakeError {
        guard let error = error as? StoreError else {
            logger.error("intake failed", metadata: ["error": "\(error)"])
            return IntakeError(.failed, reason: "the event could not be stored; send it again")
        }
        switch error.kind {
        case .noSpace:
            space.forget()
            return .noSpace
        case .busy: return IntakeError(.busy, reason: "too many events wait already; send it again soon")
        case .closed: return IntakeError(.busy, reason: "the appliance is stopping; send it again soon")
        default:
            logger.error("intake failed", metadata: ["error": "\(error)"])
            return IntakeError(.failed, reason: "the event could not be stored; send it again")
        }
    }

    func note(_ sender: Sender, error: String?) {
        statistics.record(
            protocol: sender.protocol, direction: .inbound, isSuccess: error == nil,
            latency: ContinuousClock().now - sender.startedAt, byteCount: sender.byteCount, error: error,
            at: store.clock.now())
    }

    /// Runs `body` and counts its message, with what was wrong with it.
    func counted(
        from sender: Sender, _ body: () async throws(IntakeError) -> [EventOutcome]
    ) async throws(IntakeError) -> [EventOutcome] {
        do throws(IntakeError) {
            let outcomes = try await body()
            note(sender, error: DeliveryVerdict.stored(outcomes).fault)
            return outcomes
        } catch {
            note(sender, error: error.reason)
            throw error
        }
    }
}

extension IntakeError {
    static let noSpace = IntakeError(
        .noSpace, reason: "the disk is full; nothing was stored; send it again when there is space")

    static let noPictureSpace = IntakeError(
        .noPictureSpace,
        reason: "there is no room for pictures; nothing was stored; send it again later, or now without its pictures")

    static func conflict(with eventID: String) -> IntakeError {
        IntakeError(
            .conflict, reason: "event \(eventID) is stored already, with other content; give a new event its own id")
    }
}
