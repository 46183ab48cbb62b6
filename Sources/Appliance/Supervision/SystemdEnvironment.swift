#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What systemd tells a service of `Type=notify` by variables (sd_notify(3), sd_watchdog_enabled(3)).
struct SystemdEnvironment: Sendable, Equatable {
    /// `NOTIFY_SOCKET`: where systemd listens.
    var notifySocket: String?
    /// `WATCHDOG_USEC`: how long systemd waits for a sign of life; nil: it waits for none.
    var watchdogPeriod: Duration?

    static let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    /// - Parameters:
    ///   - variables: those of the process.
    ///   - pid: this process; signs of life that systemd wants from another one (`WATCHDOG_PID`) are not ours.
    init(_ variables: [String: String], pid: Int32) {
        notifySocket = variables["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        guard let microseconds = variables["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else { return }
        if let other = variables["WATCHDOG_PID"], other != "\(pid)" { return }
        watchdogPeriod = .microseconds(microseconds)
    }

    /// Reads the variables of this process and removes them: programs that it starts are not the service.
    static func take() -> SystemdEnvironment {
        var variables: [String: String] = [:]
        for name in names {
            variables[name] = getenv(name).map { String(cString: $0) }
            unsetenv(name)
        }
        return SystemdEnvironment(variables, pid: getpid())
    }
}
