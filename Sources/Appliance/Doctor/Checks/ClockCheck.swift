import Domain

/// Whether the box knows the time: plate reads without a time of their own get the box's.
struct ClockCheck: BlockingDoctorCheck {
    let id = "clock"
    let title = "clock"

    /// What keeps the time, by the names of its processes.
    private static let keepers = ["systemd-timesyn", "chronyd", "ntpd", "openntpd", "ptp4l"]

    func look(_ context: DoctorContext) -> [Finding] {
        [time(context.machine), synchronisation(context.machine), zone(context)] + battery(context.machine)
    }

    private func time(_ machine: Machine) -> Finding {
        let now = machine.now()
        let text = "\(now.rfc3339.prefix(19).replacing("T", with: " ")) UTC"
        // Some hours of difference between the builder's clock and this one are possible.
        guard let madeAt = machine.programMadeAt, now + .seconds(86_400) < madeAt else { return .ok(text) }
        return .failed(
            "the clock says \(text), which is before this program was made",
            "set it: sudo timedatectl set-time 'YYYY-MM-DD hh:mm:ss', or let a time server do it: sudo timedatectl set-ntp "
                + "true")
    }

    private func synchronisation(_ machine: Machine) -> Finding {
        let running = machine.files.runningPrograms
        let keeper = Self.keepers.first { running.contains($0) }.map {
            $0 == "systemd-timesyn" ? "systemd-timesyncd" : $0
        }
        switch machine.isClockSynchronised() {
        case true?: return .ok("synchronised" + (keeper.map { " by \($0)" } ?? ""))
        case nil: return .unknown("the kernel does not tell whether it is synchronised", "look at 'timedatectl'")
        case false?: break
        }
        guard let keeper else {
            return .warning(
                "nothing keeps the time: it drifts by seconds a day",
                "sudo apt install systemd-timesyncd && sudo timedatectl set-ntp true; without Internet name a time server "
                    + "of the site as NTP= in /etc/systemd/timesyncd.conf")
        }
        let look = keeper == "chronyd" ? "chronyc sources" : "timedatectl timesync-status"
        return .warning(
            "\(keeper) runs, but the time is not synchronised",
            "the box does not reach its time server (UDP port 123): look at '\(look)'; without Internet name a time "
                + "server of the site")
    }

    private func zone(_ context: DoctorContext) -> Finding {
        let zone = context.configuration.site.timezone
        guard context.configuration.source(of: "site.timezone") == .default else {
            return .ok("site.timezone is \(zone)")
        }
        if let unknown = context.unknown("site.timezone") { return unknown }
        return .warning(
            "site.timezone is not set: days begin at midnight UTC",
            "set it in /etc/lpr-appliance/appliance.conf, such as timezone = \"Asia/Bangkok\" below [site], then "
                + context.restartCommand)
    }

    private func battery(_ machine: Machine) -> [Finding] {
        guard machine.files.names(in: "/sys/class/rtc").isEmpty else { return [] }
        return [
            .ok(
                "the box has no clock that runs on when it is off",
                hint:
                    "after a power cut the time is wrong until a time server answers; a clock module with a battery helps "
                    + "where there is none")
        ]
    }
}
