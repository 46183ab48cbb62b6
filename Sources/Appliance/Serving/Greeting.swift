import HTTPAPI
import Identity
import Logging
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Says where the appliance can be opened, once all of its doors are open, and how to set it up when nobody has yet.
actor Greeting {
    private var missing: Int
    private var addresses: [String] = []
    private let parts: APIServices
    private let supervisor: Supervisor
    private let logger: Logger

    /// - Parameter count: how many doors there are, of any kind.
    init(count: Int, parts: APIServices, supervisor: Supervisor, logger: Logger) {
        missing = count
        self.parts = parts
        self.supervisor = supervisor
        self.logger = logger
    }

    /// A door for people is open.
    func opened(_ base: String, _ address: SocketAddress?) {
        addresses.append("\(base):\(address?.port ?? 0)/")
        opened()
    }

    /// Another door is open.
    func opened() {
        missing -= 1
        guard missing == 0 else { return }
        for address in addresses {
            logger.notice("listening", metadata: ["address": "\(address)"])
            Console.print("LPR Appliance \(parts.version) is ready: \(Self.reachable(address))")
            for other in Self.addressesOnTheNetwork(address) { Console.print("From other machines: \(other)") }
        }
        if !parts.identity.isSetUp { tellSetup() }
        supervisor.show("Ready: \(whereToGo)")
        supervisor.ready()
    }

    /// Where people reach it, for a line of status.
    var whereToGo: String {
        addresses.flatMap { address in
            let others = Self.addressesOnTheNetwork(address)
            return others.isEmpty ? [Self.reachable(address)] : others
        }.joined(separator: " ")
    }

    /// What is not shown on a terminal ends up in a file or in the journal, where a code that lets the first comer in
    /// has no place (invariant 6).
    private func tellSetup() {
        guard isatty(STDOUT_FILENO) == 1 else {
            let command = (supervisor.isThere ? "sudo " : "") + Self.command
            Console.print("There is no account yet. What prints a set-up code: \(command)")
            return
        }
        guard let code = try? parts.identity.makeSetupCode() else { return }
        Console.print("Set-up code, valid once and for 30 minutes: \(code.reveal())")
        Console.print("A new one: \(Self.command)")
    }

    private static let command = "lpr-appliance setup-code"

    /// An address that can be typed into a browser on this box.
    private static func reachable(_ address: String) -> String {
        address.replacing("//0.0.0.0:", with: "//127.0.0.1:").replacing("//[::]:", with: "//[::1]:")
    }

    /// The addresses that others on the LAN type, when all of this box's addresses are listened on.
    private static func addressesOnTheNetwork(_ address: String) -> [String] {
        guard address.contains("//0.0.0.0:") else { return [] }
        let interfaces = (try? System.enumerateDevices()) ?? []
        return interfaces.compactMap { interface in
            guard case .v4? = interface.address, let host = interface.address?.ipAddress, !host.hasPrefix("127.") else {
                return nil
            }
            return address.replacing("//0.0.0.0:", with: "//\(host):")
        }
    }
}
