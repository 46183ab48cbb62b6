/// Whether a firewall of the box itself keeps cameras and people out.
struct FirewallCheck: BlockingDoctorCheck {
    let id = "firewall"
    let title = "firewall"

    func look(_ context: DoctorContext) -> [Finding] {
        let configuration = context.configuration
        let ports = (configuration.http.listen + configuration.ssh.listen)
            .filter { !$0.isLoopback && $0.port != 0 }.map(\.port)
        guard !ports.isEmpty else { return [.ok("the appliance listens for this box alone")] }
        let files = context.machine.files
        if files.assignments("/etc/ufw/ufw.conf")["ENABLED"] == "yes" {
            return uncomplicated(Set(ports).sorted(), files)
        }
        return filter(Set(ports).sorted(), context.machine)
    }

    // MARK: ufw

    private func uncomplicated(_ ports: [Int], _ files: SystemFiles) -> [Finding] {
        if files.assignments("/etc/default/ufw")["DEFAULT_INPUT_POLICY"] == "ACCEPT" {
            return [.ok("ufw runs and lets everything in")]
        }
        guard let rules = files.text("/etc/ufw/user.rules") else { return [.hidden("the rules of ufw")] }
        let open = rules.split(separator: "\n").compactMap { UfwRule($0) }
        let missing = ports.filter { port in !open.contains { $0.admits(port) } }
        guard missing.isEmpty else {
            return [
                .warning(
                    "ufw runs and lets nobody in at \(Self.list(missing))",
                    missing.map { "sudo ufw allow \($0)/tcp" }.joined(separator: " && "))
            ]
        }
        return [.ok("ufw runs and lets cameras and browsers in at \(Self.list(ports))")]
    }

    private static func list(_ ports: [Int]) -> String {
        (ports.count == 1 ? "port " : "ports ") + ports.map { "\($0)" }.joined(separator: " and ")
    }

    // MARK: nftables

    private func filter(_ ports: [Int], _ machine: Machine) -> [Finding] {
        guard machine.hasProgram("nft") else { return [.ok("none on this box (neither ufw nor nftables)")] }
        guard machine.isRoot else { return [.hidden("the rules of nftables")] }
        guard let answer = machine.run("nft", ["list", "ruleset"]), answer.exitStatus == 0 else {
            return [.unknown("the rules of nftables cannot be read", "look at 'sudo nft list ruleset'")]
        }
        let lines = answer.output.split(separator: "\n")
        guard lines.contains(where: { $0.contains("hook input") && $0.contains("policy drop") }) else {
            return [.ok("nftables has no rule that drops all that comes in")]
        }
        // Sets and jumps are not followed: a port that is named where ports are matched counts as let in.
        let missing = ports.filter { port in
            !lines.contains { line in
                line.contains("dport") && line.split { !$0.isNumber }.contains { Int($0) == port }
            }
        }
        guard missing.isEmpty else {
            return [
                .warning(
                    "nftables drops what no rule lets in, and none names \(Self.list(missing))",
                    "add 'tcp dport { \(missing.map { "\($0)" }.joined(separator: ", ")) } accept' to the chain of input in "
                        + "/etc/nftables.conf, then sudo systemctl reload nftables")
            ]
        }
        return [.ok("nftables drops what no rule lets in; rules name \(Self.list(ports))")]
    }
}

/// A rule that lets something in, as ufw notes it above the lines that it makes of it:
///
///     ### tuple ### allow tcp 8080,2222 0.0.0.0/0 any 192.168.1.0/24 in
///                   │     │   │                                     │
///              action  protocol ports                        direction, last
private struct UfwRule {
    private let ports: [ClosedRange<Int>]

    init?(_ line: Substring) {
        let mark = "### tuple ### "
        guard line.hasPrefix(mark) else { return nil }
        let words = line.dropFirst(mark.count).split(separator: " ")
        guard words.count >= 7, words[0].hasPrefix("allow") || words[0].hasPrefix("limit"),
            words[1] == "tcp" || words[1] == "any", words[6...].contains(where: { $0.hasPrefix("in") })
        else { return nil }
        guard words[2] != "any" else {
            ports = [0...65_535]
            return
        }
        ports = words[2].split(separator: ",").compactMap { part in
            let ends = part.split(separator: ":").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return nil }
            return first...last
        }
    }

    func admits(_ port: Int) -> Bool { ports.contains { $0.contains(port) } }
}
