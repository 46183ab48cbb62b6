import Domain
import NIOSSL

/// Whether the certificate of the page can be used, and how long.
struct CertificateCheck: BlockingDoctorCheck {
    let id = "certificate"
    let title = "certificate"

    private static let tellingDays: Int64 = 30
    private static let day: Int64 = 86_400

    func look(_ context: DoctorContext) -> [Finding] {
        let tls = context.configuration.tls
        guard let certificate = tls.certificate, let key = tls.key else {
            return [
                context.unknown("tls.certificate")
                    ?? .ok("none is set up: the page is not encrypted (tls.certificate, tls.key)")
            ]
        }
        for path in [certificate, key] {
            switch FileStatus.absence(of: path) {
            case .missing?:
                return [.failed("\(path) does not exist", "put it there, or correct tls.certificate and tls.key")]
            case .hidden?: return [.hidden(path)]
            case nil: break
            }
            // Root reads what the service may not.
            if case .forbidden(let at)? = context.obstacle(toReading: path), let account = context.account {
                return [
                    .failed(
                        "user \(account.name) may not read \(path) (because of \(at))",
                        "sudo install -o root -g \(account.name) -m 640 \(path) /etc/lpr-appliance/, and name it there")
                ]
            }
        }
        guard SystemFiles().text(key) != nil else { return [.hidden(key)] }
        return [pair(certificate, key, context)] + privacy(key)
    }

    private func pair(_ certificate: String, _ key: String, _ context: DoctorContext) -> Finding {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            guard let first = chain.first else {
                return .failed("\(certificate) holds no certificate", "it has to be a PEM file with the whole chain")
            }
            // As the appliance does when it starts; refuses a key of another certificate.
            _ = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: chain.map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
            return validity(first, context.machine.now(), context.restartCommand)
        } catch {
            return .failed(
                "\(certificate) and \(key) do not belong together or cannot be read: \(error)",
                "both have to be PEM files; the certificate first, then those of its issuers")
        }
    }

    private func validity(_ certificate: NIOSSLCertificate, _ now: Instant, _ restart: String) -> Finding {
        let begin = Instant(seconds: Int64(certificate.notValidBefore))
        let end = Instant(seconds: Int64(certificate.notValidAfter))
        let date = end.rfc3339.prefix(10)
        if now < begin {
            return .failed(
                "the certificate is not valid before \(begin.rfc3339.prefix(10))", "look at the clock of the box first")
        }
        guard now < end else {
            return .failed("the certificate was valid until \(date)", "put a new one in its place, then \(restart)")
        }
        let days = end.since(now).components.seconds / Self.day
        guard days >= Self.tellingDays else {
            return .warning(
                "the certificate is valid for \(days) more days", "put a new one in its place, then \(restart)")
        }
        return .ok("valid until \(date), \(days) days")
    }

    private func privacy(_ key: String) -> [Finding] {
        guard let status = FileStatus(key), status.mode & 0o007 != 0 else { return [] }
        return [.warning("everybody on this box can read \(key)", "sudo chmod o= \(key)")]
    }
}
