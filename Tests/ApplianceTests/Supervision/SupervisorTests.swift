import TestSupport
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What is said to systemd, over a real socket.
@Suite struct SupervisorTests {
    static func supervisor(_ socket: String?, period: Int64? = nil) -> Supervisor {
        var variables: [String: String] = [:]
        variables["NOTIFY_SOCKET"] = socket
        variables["WATCHDOG_USEC"] = period.map { "\($0)" }
        return Supervisor(SystemdEnvironment(variables, pid: 1))
    }

    enum Kind: CaseIterable { case path, abstract }

    static func name(_ kind: Kind, in folder: ScratchFolder) -> String {
        switch kind {
        case .path: folder.path + "/notify"
        case .abstract: "@" + folder.path + "/notify"
        }
    }

    @Test(arguments: Kind.allCases) func aServiceTellsItsLife(kind: Kind) async throws {
        let folder = try ScratchFolder()
        let listener = try NotifyListener(Self.name(kind, in: folder))
        let supervisor = Self.supervisor(listener.name, period: 60_000_000)
        #expect(supervisor.isThere && supervisor.watchdogPeriod == .seconds(60))
        supervisor.startTakesLonger(.seconds(60))
        supervisor.show("Ready:\nhttp://127.0.0.1:8080/")
        supervisor.ready()
        // Said once.
        supervisor.settle()
        supervisor.show("Ready: http://127.0.0.1:8080/")
        supervisor.giveSignOfLife()
        supervisor.stopping()
        supervisor.show("Degraded")
        supervisor.giveSignOfLife()
        try await listener.line("WATCHDOG=1", number: 3)
        #expect(
            listener.messages == [
                "EXTEND_TIMEOUT_USEC=60000000", "STATUS=Ready: http://127.0.0.1:8080/", "READY=1", "WATCHDOG=1",
                "STOPPING=1\nSTATUS=Stopping\nWATCHDOG=1", "WATCHDOG=1",
            ])
    }

    @Test(arguments: [
        nil, "", "@", "/", "relative/notify", "vsock:2:1234", "/nonexistent/notify",
        "/" + String(repeating: "x", count: 107), "@" + String(repeating: "x", count: 107),
    ])
    func nobodyIsToldAndNothingFails(socket: String?) {
        let supervisor = Self.supervisor(socket, period: 60_000_000)
        supervisor.startTakesLonger(.seconds(60))
        supervisor.show("Ready")
        supervisor.ready()
        supervisor.giveSignOfLife()
        supervisor.stopping()
        #expect(!supervisor.isThere == (supervisor.watchdogPeriod == nil))
    }

    @Test(arguments: [106, 107]) func theLongestNameIsTaken(count: Int) async throws {
        // An abstract one has no zero at its end, so it may be as long as the address.
        let unique = "\(getpid())-"
        let name = "@" + unique + String(repeating: "n", count: count - 1 - unique.utf8.count)
        let listener = try NotifyListener(name)
        Self.supervisor(name).giveSignOfLife()
        try await listener.line("WATCHDOG=1")
    }

    @Test func readinessIsOwedUntilItIsTaken() async throws {
        let folder = try ScratchFolder()
        let supervisor = Self.supervisor(folder.path + "/notify")
        // As long as systemd is being restarted.
        supervisor.show("Ready")
        supervisor.ready()
        let listener = try NotifyListener(folder.path + "/notify")
        supervisor.settle()
        supervisor.settle()
        supervisor.show("Ready")
        try await listener.line("STATUS=Ready")
        #expect(listener.messages == ["READY=1", "STATUS=Ready"])
    }

    @Test func aListenerWhoDoesNotReadHoldsNothingUp() async throws {
        let folder = try ScratchFolder()
        let listener = try NotifyListener(folder.path + "/notify", reads: false)
        let socket = try #require(NotifySocket(listener.name))
        let taken = try await blocking {
            // More than any queue holds.
            (0..<100_000).count { _ in socket.send(["STATUS=" + String(repeating: "x", count: 1_000)]) }
        }
        #expect(taken > 0 && taken < 100_000)
    }

    @Test func aStatusIsOneShortLine() async throws {
        let folder = try ScratchFolder()
        let listener = try NotifyListener(folder.path + "/notify")
        Self.supervisor(listener.name).show(String(repeating: "กล้อง\r\n", count: 1_000))
        let line = try await listener.line("STATUS=")
        #expect(line.count == 400 + "STATUS=".count && listener.lines.count == 1)
    }

    @Test func theSocketIsClosedInProgramsThatAreStarted() throws {
        let socket = try #require(NotifySocket("@nobody"))
        // Others that are open meanwhile are of the same kind, and closed as well.
        let sockets = ScratchFolder.names(in: "/proc/self/fd").compactMap { Int32($0) }.filter { descriptor in
            var kind: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &length) == 0
                && kind == Int32(SOCK_DGRAM.rawValue)
        }
        #expect(!sockets.isEmpty)
        for flags in sockets.map({ fcntl($0, F_GETFD) }) where flags >= 0 { #expect(flags & FD_CLOEXEC != 0) }
        withExtendedLifetime(socket) {}
    }
}
