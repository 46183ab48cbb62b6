/// What systemd says of `lpr-appliance.service`.
struct ServiceUnit: Sendable, Hashable {
    static let name = "lpr-appliance.service"

    private static let wanted = [
        "LoadState", "ActiveState", "SubState", "UnitFileState", "User", "AmbientCapabilities", "NRestarts",
        "ExecMainStatus", "ExecStart", "Environment",
    ]

    private let properties: [String: String]

    init(_ properties: [String: String]) { self.properties = properties }

    /// Nil where systemd does not run, or knows no such unit. Blocks.
    static func read(_ machine: Machine) -> ServiceUnit? {
        guard machine.files.exists("/run/systemd/system"),
            let answer = machine.run("systemctl", ["show", name, "--property=\(wanted.joined(separator: ","))"])
        else { return nil }
        var properties: [String: String] = [:]
        for line in answer.output.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            properties[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        return properties["LoadState"] == "loaded" ? ServiceUnit(properties) : nil
    }

    /// `active`, `inactive`, `failed`, `activating` …
    var state: String { properties["ActiveState"] ?? "" }
    var isActive: Bool { state == "active" }
    /// While it opens its doors; not while it waits for the next attempt.
    var isStarting: Bool { state == "activating" && properties["SubState"] != "auto-restart" }
    var startsAtBoot: Bool { properties["UnitFileState"].map { $0.isEmpty || $0.hasPrefix("enabled") } ?? true }
    var user: String? { properties["User"].flatMap { $0.isEmpty ? nil : $0 } }
    /// How often systemd has started it again by itself since somebody did.
    var restarts: Int { properties["NRestarts"].flatMap { Int($0) } ?? 0 }
    /// Of its last run.
    var exitStatus: Int32 { properties["ExecMainStatus"].flatMap { Int32($0) } ?? 0 }
    var mayOpenLowPorts: Bool {
        user == nil || properties["AmbientCapabilities"]?.contains("cap_net_bind_service") ?? false
    }

    /// The words behind `--NAME` on the command line of the service, such as of `--data`.
    ///
    ///     { path=/usr/bin/lpr-appliance ; argv[]=/usr/bin/lpr-appliance serve --data /mnt/disk/lpr ; … }
    func options(_ name: String) -> [String] {
        let start = properties["ExecStart"]?.split(separator: " ") ?? []
        let words = start.drop { !$0.hasPrefix("argv[]=") }.prefix { $0 != ";" }
        return zip(words, words.dropFirst()).filter { $0.0 == "--\(name)" }.map { String($0.1) }
    }

    /// The variables of the service that set configuration keys.
    var environment: [String: String] {
        var found: [String: String] = [:]
        for assignment in properties["Environment"]?.split(separator: " ") ?? [] where assignment.hasPrefix("LPR_") {
            guard let equals = assignment.firstIndex(of: "=") else { continue }
            found[String(assignment[..<equals])] = String(assignment[assignment.index(after: equals)...])
        }
        return found
    }
}
