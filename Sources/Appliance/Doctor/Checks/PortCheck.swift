#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Whether the appliance has the ports that it wants.
struct PortCheck: DoctorCheck {
    let id = "ports"
    let title = "ports"

    /// A port that the configuration names.
    private struct Door: Sendable {
        let key: String
        let address: ListenAddress
    }

    func run(_ context: DoctorContext) async -> [Finding] {
        let configuration = context.configuration
        let doors =
            configuration.http.listen.map { Door(key: "http.listen", address: $0) }
            + configuration.ssh.listen.map { Door(key: "ssh.listen", address: $0) }
        let fixed = doors.filter { $0.address.port != 0 }
        var findings = await withTaskGroup(of: (Int, [Finding]).self) { group in
            for (place, door) in fixed.enumerated() {
                group.addTask { (place, await look(door, context)) }
            }
            return await group.reduce(into: [(Int, [Finding])]()) { $0.append($1) }
        }.sorted { $0.0 < $1.0 }.flatMap(\.1)
        if fixed.count < doors.count {
            findings.append(.ok("a port is 0: the system chooses one at each start, and the log names it"))
        }
        return findings
    }

    private func look(_ door: Door, _ context: DoctorContext) async -> [Finding] {
        let rights = await onThread { lowPort(door, context) }
        guard let isRunning = context.service.isRunning else { return rights + [await unseen(door, context)] }
        return rights + [isRunning ? await running(door, context) : await stopped(door, context)]
    }

    private func running(_ door: Door, _ context: DoctorContext) async -> Finding {
        let name = "\(door.key) \(door.address)"
        if door.key == "ssh.listen" {
            guard let greeting = await TCPProbe.greeting(door.address.reachableHost, door.address.port) else {
                return closed(name, context)
            }
            return greeting.hasPrefix("SSH-2.0-libssh") ? .ok("\(name) answers") : await taken(name, door, context)
        }
        switch await WebDoor.ask(door.address, isTLS: context.configuration.tls.certificate != nil) {
        case .appliance: return .ok("\(name) answers")
        case .stranger: return await taken(name, door, context)
        case .closed: return closed(name, context)
        }
    }

    private func closed(_ name: String, _ context: DoctorContext) -> Finding {
        .failed(
            "the appliance runs, but does not answer at \(name)",
            "it may have started with another configuration: \(context.restartCommand)")
    }

    private func stopped(_ door: Door, _ context: DoctorContext) async -> Finding {
        let name = "\(door.key) \(door.address)"
        switch await onThread({ ListenProbe.errorNumber(door.address) }) {
        case 0: return .ok("\(name) is free")
        case EADDRINUSE: return await taken(name, door, context)
        case EADDRNOTAVAIL:
            return .failed(
                "\(name): the box has no such address", "see its addresses with 'ip addr', and correct \(door.key)")
        case EACCES: return .hidden("whether \(name) is free")
        case let number:
            return .unknown("\(name): \(String(cString: strerror(number)))", "look at 'ss -ltnp' and 'ip addr'")
        }
    }

    /// Where this user cannot tell whether the appliance runs.
    private func unseen(_ door: Door, _ context: DoctorContext) async -> Finding {
        let finding = await stopped(door, context)
        return finding.state == .failed ? .hidden("whether the appliance has \(door.key) \(door.address)") : finding
    }

    private func taken(_ name: String, _ door: Door, _ context: DoctorContext) async -> Finding {
        let owner = await onThread { Self.owner(of: door.address.port, context.machine) }
        return .failed(
            "\(name) is taken by " + (owner ?? "another program"),
            "which: sudo ss -ltnp 'sport = :\(door.address.port)'; end that program, or set another port as \(door.key)"
        )
    }

    /// Such as `nginx (process 812)`; nil when the system does not tell this user.
    private static func owner(of port: Int, _ machine: Machine) -> String? {
        // users:(("nginx",pid=812,fd=6),("nginx",pid=813,fd=6))
        let answer = machine.run("ss", ["-H", "-ltnp", "sport = :\(port)"])
        guard let users = answer?.output.split(separator: "users:((\"").dropFirst().first,
            let name = users.split(separator: "\"").first
        else { return nil }
        let process = users.split(separator: "pid=").dropFirst().first?.prefix { $0.isNumber }
        return String(name) + (process.map { " (process \($0))" } ?? "")
    }

    /// Ports below 1024 need a right that the service does not have by itself.
    private func lowPort(_ door: Door, _ context: DoctorContext) -> [Finding] {
        let first = context.machine.files.number("/proc/sys/net/ipv4/ip_unprivileged_port_start") ?? 1_024
        guard door.address.port < first, let unit = context.service.unit, !unit.mayOpenLowPorts else { return [] }
        return [
            .failed(
                "\(door.key) \(door.address): the service may not open ports below \(first)",
                "take a higher port, or do what /usr/share/doc/lpr-appliance/examples/systemd/low-port.conf says")
        ]
    }
}
