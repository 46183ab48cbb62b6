import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A real nginx in front of an appliance, with the site file of packaging/examples, in which only ports and files are
/// the test's own; it listens on this machine's own address.
final class ReverseProxy: Sendable {
    /// Of https; the other one only sends there.
    let port: UInt16
    let plainPort: UInt16
    /// The certificate of the authority that has signed the proxy's.
    let authority: String
    private let folder: ScratchFolder
    private let process: ChildProcess

    var address: String { "https://127.0.0.1:\(port)" }

    /// What programs need to trust it.
    var environment: [String: String] { ["REQUESTS_CA_BUNDLE": authority, "WEBSOCKET_CLIENT_CA_BUNDLE": authority] }

    /// With the site file as it is shipped.
    static func start(before appliance: RunningBinary) async throws -> ReverseProxy {
        guard let bytes = contents(of: "\(Place.package)/packaging/examples/nginx.conf") else {
            throw TestFailure("there is no packaging/examples/nginx.conf")
        }
        return try await start(before: appliance, site: String(decoding: bytes, as: UTF8.self))
    }

    /// The least that makes a proxy of nginx, as somebody writes it who has read nothing: HTTP/1.0, another Host, no
    /// addresses, no WebSockets.
    static func startUnprepared(before appliance: RunningBinary) async throws -> ReverseProxy {
        try await start(
            before: appliance,
            site: """
                server {
                    listen 80;
                    listen [::]:80;
                    return 308 https://$host$request_uri;
                }
                server {
                    listen 443 ssl http2;
                    listen [::]:443 ssl http2;
                    ssl_certificate /etc/nginx/lpr-appliance.crt;
                    ssl_certificate_key /etc/nginx/lpr-appliance.key;
                    location / { proxy_pass http://127.0.0.1:8080; }
                }
                """)
    }

    private static func start(before appliance: RunningBinary, site: String) async throws -> ReverseProxy {
        let folder = try ScratchFolder()
        let certificates = Certificates(directory: folder.path)
        let authority = try await certificates.authority("authority")
        let identity = try await certificates.signed("proxy", by: authority)
        var attempts = 5
        while true {
            attempts -= 1
            let (port, plainPort) = (try FreePort.pick(), try FreePort.pick())
            let own = try [
                ("listen 80;", "listen 127.0.0.1:\(plainPort);"),
                ("listen 443 ssl http2;", "listen 127.0.0.1:\(port) ssl http2;"),
                ("listen [::]:80;", ""), ("listen [::]:443 ssl http2;", ""),
                ("/etc/nginx/lpr-appliance.crt;", "\(identity.certificate);"),
                ("/etc/nginx/lpr-appliance.key;", "\(identity.key);"),
                ("http://127.0.0.1:8080;", "http://127.0.0.1:\(appliance.port);"),
            ].reduce(site) { text, change in
                guard text.contains(change.0) else { throw TestFailure("the site file has no '\(change.0)'") }
                return text.replacing(change.0, with: change.1)
            }
            try writeFile(Array(own.utf8), to: folder.path + "/site.conf")
            try writeFile(Array(main(folder.path).utf8), to: folder.path + "/nginx.conf")
            let process = try ChildProcess([program, "-p", folder.path, "-c", folder.path + "/nginx.conf"])
            do {
                // Its ports are open by then.
                _ = try await process.errors.line(after: "using the \"", limit: .seconds(60))
                return ReverseProxy(port, plainPort, authority.certificate, folder, process)
            } catch  where attempts > 0 && process.errors.text.contains("Address already in use") {
                // Somebody else was faster.
                continue
            } catch {
                throw TestFailure("\(error)\n\(process.errors.text.suffix(2_000))")
            }
        }
    }

    /// What stands in /etc/nginx/nginx.conf of the distributions, as far as it matters here.
    private static func main(_ directory: String) -> String {
        """
        daemon off;
        # One process, which the test can end: workers would outlive a master that is killed.
        master_process off;
        pid \(directory)/nginx.pid;
        error_log stderr notice;
        events { worker_connections 768; }
        http {
            \(["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory)/\($0);" }
                .joined(separator: "\n    "))
            access_log off;
            gzip on;
            include \(directory)/site.conf;
        }

        """
    }

    private init(
        _ port: UInt16, _ plainPort: UInt16, _ authority: String, _ folder: ScratchFolder, _ process: ChildProcess
    ) {
        self.port = port
        self.plainPort = plainPort
        self.authority = authority
        self.folder = folder
        self.process = process
    }

    /// What it has complained about.
    var complaints: [String] {
        process.errors.text.split(separator: "\n").map(String.init).filter { line in
            ["[warn]", "[error]", "[crit]", "[emerg]"].contains { line.contains($0) }
        }
    }

    func stop() async {
        process.send(SIGQUIT)
        _ = await process.ending()
    }

    /// Debian keeps it where only root's PATH leads.
    private static let program = access("/usr/sbin/nginx", X_OK) == 0 ? "/usr/sbin/nginx" : "nginx"
}
