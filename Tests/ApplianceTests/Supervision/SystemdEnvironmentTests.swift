import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct SystemdEnvironmentTests {
    /// Variables, the socket, and the period in microseconds.
    static let cases: [([String: String], String?, Int64?)] = [
        ([:], nil, nil), (["NOTIFY_SOCKET": ""], nil, nil),
        (["NOTIFY_SOCKET": "/run/systemd/notify"], "/run/systemd/notify", nil),
        (["NOTIFY_SOCKET": "@a", "WATCHDOG_USEC": "60000000"], "@a", 60_000_000),
        (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"], nil, 60_000_000),
        // For another process of the service.
        (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "41"], nil, nil),
        (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": ""], nil, nil),
        (["WATCHDOG_USEC": "0"], nil, nil), (["WATCHDOG_USEC": "-5"], nil, nil), (["WATCHDOG_USEC": "60s"], nil, nil),
        (["WATCHDOG_USEC": ""], nil, nil),
        // For ever.
        (["WATCHDOG_USEC": "18446744073709551615"], nil, nil),
    ]

    @Test(arguments: cases)
    func tellsWhoWatches(variables: [String: String], socket: String?, period: Int64?) {
        let environment = SystemdEnvironment(variables, pid: 42)
        #expect(environment.notifySocket == socket)
        #expect(environment.watchdogPeriod == period.map { .microseconds($0) })
    }

    @Test func programsThatAreStartedDoNotInheritIt() {
        setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1)
        setenv("WATCHDOG_USEC", "1000000", 1)
        setenv("WATCHDOG_PID", "\(getpid())", 1)
        let environment = SystemdEnvironment.take()
        #expect(environment.notifySocket == "/nonexistent/notify" && environment.watchdogPeriod == .seconds(1))
        for name in SystemdEnvironment.names { #expect(getenv(name) == nil) }
        #expect(SystemdEnvironment.take() == SystemdEnvironment([:], pid: getpid()))
    }
}
