/// Whether browsers on the LAN find the box by its name, by the avahi of the system.
struct LocalNameCheck: BlockingDoctorCheck {
    let id = "mdns"
    let title = "local name"

    private static let announcement = "/etc/avahi/services/lpr-appliance.service"

    func look(_ context: DoctorContext) -> [Finding] {
        let machine = context.machine
        let configuration = context.configuration
        guard let door = configuration.http.listen.first(where: { !$0.isLoopback }) else {
            return [.ok("not needed: http.listen is for this box alone")]
        }
        let isTLS = configuration.tls.certificate != nil
        func url(_ name: String) -> String { "\(isTLS ? "https" : "http")://\(name):\(door.port)" }
        let wanted = machine.hostName.prefix { $0 != "." } + ".local"
        guard machine.files.exists("/usr/sbin/avahi-daemon") else {
            return [
                .ok(
                    "avahi is not installed: the page is found by the box's address alone",
                    hint: "for \(url(String(wanted))): sudo apt install avahi-daemon")
            ]
        }
        guard machine.files.runningPrograms.contains("avahi-daemon") else {
            return [
                .warning(
                    "avahi is installed, but does not run: \(wanted) is not found",
                    "sudo systemctl enable --now avahi-daemon")
            ]
        }
        return [name(String(wanted), url, machine), announced(door.port, isTLS: isTLS, machine.files)]
    }

    private func name(_ wanted: String, _ url: (String) -> String, _ machine: Machine) -> Finding {
        // What follows `--` is no option, such as -1.
        let bus = [
            "--system", "--timeout=2", "--", "call", "org.freedesktop.Avahi", "/", "org.freedesktop.Avahi.Server",
        ]
        // s "gate-1.local"
        let answer = machine.run("busctl", bus + ["GetHostNameFqdn"])?.output.split(separator: "\"")
        guard let answer, answer.count > 1 else {
            return .unknown(
                "avahi runs, but does not tell the name that it has", "try \(url(wanted)) from another machine")
        }
        let name = String(answer[1])
        // Any interface, any protocol, name, any protocol, no flags.
        let found = machine.run("busctl", bus + ["ResolveHostName", "iisiu", "-1", "-1", name, "-1", "0"])
        guard let address = found?.output.split(separator: "\"").dropFirst(3).first else {
            return .warning(
                "\(name) is not found by mDNS", "a firewall may keep UDP port 5353 away: sudo ufw allow 5353/udp")
        }
        if name.lowercased() != wanted.lowercased() {
            return .warning(
                "\(url(name)): another machine has the name \(wanted)",
                "give the box a name of its own: sudo hostnamectl set-hostname NAME, then sudo systemctl restart "
                    + "avahi-daemon")
        }
        return .ok("\(url(name)) (\(address))")
    }

    private func announced(_ port: Int, isTLS: Bool, _ files: SystemFiles) -> Finding {
        guard let text = files.text(Self.announcement) else {
            return .warning(
                "the page is not announced: there is no \(Self.announcement)",
                "sudo cp /usr/share/doc/lpr-appliance/examples/avahi/lpr-appliance.service /etc/avahi/services/")
        }
        let type = isTLS ? "_https._tcp" : "_http._tcp"
        guard let service = text.split(separator: "<service>").first(where: { $0.contains("<type>\(type)</type>") })
        else {
            return .warning(
                "the page is not announced as \(type)",
                "correct the <type> in \(Self.announcement)")
        }
        let announced = service.split(separator: "<port>").dropFirst().first?.prefix { $0.isNumber }.description ?? ""
        guard announced == "\(port)" else {
            return .warning(
                "port \(announced) is announced, but the page is at port \(port)",
                "correct the <port> in \(Self.announcement)")
        }
        return .ok("the page is announced (\(type), port \(port))")
    }
}
