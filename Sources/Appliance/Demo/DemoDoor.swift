import ArgumentParser
import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How the demo finds the appliance on this box and makes its cameras known there.
struct DemoDoor: Sendable {
    let admin: AdminClient
    /// Given by the person; else taken from the configuration.
    let url: String?
    let configuration: ApplianceConfiguration

    /// Returns once the appliance listens on its socket.
    func waitUntilOpen() async throws {
        guard !isOpen else { return }
        Console.print("Waiting for the appliance at \(admin.socketPath)")
        while !isOpen { try await Task.sleep(for: .milliseconds(100)) }
    }

    /// Whether somebody listens on the socket: a killed run leaves its file behind.
    private var isOpen: Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(admin.socketPath.utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return true }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// The address of the public API, without a slash at its end.
    /// - Throws: `ExitCode` when the port is not known.
    func baseURL() async throws -> String {
        if let url { return url.hasSuffix("/") ? String(url.dropLast()) : url }
        if let base = Self.baseURL(configuration) { return base }
        // Port 0: only the running appliance knows which one it got.
        let addresses = try await admin.send(.get, "/status")["addresses"]?.arrayValue ?? []
        guard let address = addresses.first?.stringValue else {
            Console.error("http.listen has the port 0; name the appliance's address with --url")
            throw ExitCode(ExitStatus.usage)
        }
        return Self.reachable(address)
    }

    /// The address that `http.listen` and `tls` make; nil when the system chooses the port.
    static func baseURL(_ configuration: ApplianceConfiguration) -> String? {
        guard let listen = configuration.http.listen.first(where: { $0.port != 0 }) else { return nil }
        return reachable("\(configuration.tls.certificate == nil ? "http" : "https")://\(listen)")
    }

    /// An address that listens everywhere, as one that can be called.
    private static func reachable(_ address: String) -> String {
        let named = address.replacing("//0.0.0.0:", with: "//127.0.0.1:").replacing("//[::]:", with: "//[::1]:")
        return named.hasSuffix("/") ? String(named.dropLast()) : named
    }

    /// Makes the cameras known and gives a key for each.
    func register(_ cameras: [DemoCamera]) async throws -> [String] {
        let page = try await admin.send(.get, "/devices?limit=100&cursor=\(DemoCamera.idPrefix)")
        let known = Set((page["devices"]?.arrayValue ?? []).compactMap { $0.objectValue?["device_id"]?.stringValue })
        var keys: [String] = []
        for camera in cameras {
            let body = camera.registration(isRenewal: known.contains(camera.deviceID))
            let answer = try await admin.send(.post, "/devices", body)
            guard let key = answer["api_key"]?.stringValue else {
                Console.error("the appliance gave no key for \(camera.deviceID)")
                throw ExitCode(ExitStatus.unavailable)
            }
            keys.append(key)
        }
        return keys
    }
}
