public import Domain

/// A connection that the appliance makes itself and keeps, to a broker say.
public protocol CommunicationLink: Sendable {
    /// What it is called in `GET /api/health`, such as `mqtt`.
    var name: String { get }
    var `protocol`: SourceProtocol { get }
    var status: LinkStatus { get }

    /// Sends a command to a device.
    ///
    /// When it returns, the command is on disk and will be delivered when the link is up, also after a restart.
    /// - Throws: `LinkError`.
    func send(_ command: DeviceCommand) async throws -> CommandReceipt

    /// What became of a command; nil when it is not known (any more).
    func delivery(of commandID: String) async throws -> CommandDelivery?
}

/// How a link is now.
public struct LinkStatus: Sendable {
    public enum State: Sendable, Hashable {
        /// Not set up.
        case off
        case ok
        /// It works, but somebody should look.
        case degraded
        /// It does not work.
        case failed
    }

    public var state: State
    /// What is wrong, for people: what happened, and what would help.
    public var problem: String?
    /// Connections that are open now.
    public var connectedNow: Int
    /// What else is shown of it, by the names of the JSON.
    public var details: [(name: String, value: JSONValue)]

    public init(
        _ state: State, problem: String? = nil, connectedNow: Int = 0, details: [(name: String, value: JSONValue)] = []
    ) {
        self.state = state
        self.problem = problem
        self.connectedNow = connectedNow
        self.details = details
    }
}

/// Something that a device is told to do.
public struct DeviceCommand: Sendable, Hashable {
    /// 1 to 50 characters as in an event id; the device answers with it.
    public let commandID: EventID
    public let device: DeviceID
    /// Such as `restart`.
    public let name: String
    public let arguments: JSONObject

    public init(commandID: EventID, device: DeviceID, name: String, arguments: JSONObject = JSONObject()) {
        self.commandID = commandID
        self.device = device
        self.name = name
        self.arguments = arguments
    }
}

/// That a command is kept and will be sent.
public struct CommandReceipt: Sendable, Hashable {
    public let commandID: String
    public let queuedAt: Instant

    public init(commandID: String, queuedAt: Instant) {
        self.commandID = commandID
        self.queuedAt = queuedAt
    }
}

public enum CommandDelivery: Sendable, Hashable {
    case waiting
    /// The broker has it.
    case sent(at: Instant)
}

/// Why a link does not take a message.
public struct LinkError: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The link is not set up.
        case off
        /// Too much waits already (invariant 5); nothing was kept.
        case queueFull
        /// The same command id was used for another command.
        case conflict
        /// The appliance could not write.
        case failed
    }

    public let kind: Kind
    public let reason: String

    public init(_ kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
