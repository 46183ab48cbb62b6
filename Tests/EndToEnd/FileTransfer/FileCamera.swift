import Domain
import TestSupport

/// A camera that sends files to an appliance, by the programs that technicians have.
struct FileCamera: Sendable {
    let appliance: Appliance
    let folder: ScratchFolder
    let name: String
    /// The file of its private SSH key.
    let key: String
    /// Where its SSH server is; a restart of the appliance changes it.
    let port: String

    /// Makes the camera's key and gives it to the appliance.
    init(_ appliance: Appliance, name: String = "gate-1") async throws {
        self.appliance = appliance
        self.name = name
        folder = try ScratchFolder()
        key = folder.path + "/key"
        port = try await Self.port(of: appliance)
        let made = try await Program.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "camera", "-f", key])
        guard made.ending == .exited(0), let publicKey = contents(of: key + ".pub") else {
            throw TestFailure("no key: \(made.errors)")
        }
        let line = String(decoding: publicKey, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        _ = try await appliance.binary.answer("device", "key", "add", name, line)
    }

    /// The port of the appliance's SSH server.
    static func port(of appliance: Appliance) async throws -> String {
        try await eventually("SSH server") {
            let health = try await appliance.ask(.get("/api/health", key: appliance.adminKey))
            let ssh = health["components"]?.objectValue?["ssh"]?.objectValue
            let address = ssh?["listen"]?.arrayValue?.first?.stringValue
            return address?.split(separator: ":").last.map(String.init)
        }
    }

    /// A camera that has not met the appliance before trusts it, and forgets it again.
    var options: [String] {
        [
            "-i", key, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o",
            "UserKnownHostsFile=/dev/null",
            "-o", "LogLevel=ERROR", "-o", "BatchMode=yes",
        ]
    }

    var target: String { "\(name)@127.0.0.1" }

    /// Runs lines of `sftp` until one fails.
    func sftp(_ lines: String..., options more: [String] = []) async throws -> Program.Result {
        try await Program.run(
            ["timeout", "300", "sftp", "-P", port] + options + more + ["-b", "-", target],
            input: lines.joined(separator: "\n") + "\n")
    }

    func scp(_ arguments: String..., to path: String) async throws -> Program.Result {
        try await Program.run(["timeout", "300", "scp", "-P", port] + options + arguments + ["\(target):\(path)"])
    }

    func ssh(_ arguments: String...) async throws -> Program.Result {
        try await Program.run(["timeout", "300", "ssh", "-p", port] + options + [target] + arguments)
    }

    func rsync(_ arguments: String..., to path: String) async throws -> Program.Result {
        try await Program.run(rsyncCommand(arguments, to: path))
    }

    func rsyncCommand(_ arguments: [String], to path: String) -> [String] {
        let shell = (["ssh", "-p", port] + options).joined(separator: " ")
        return ["timeout", "300", "rsync", "-e", shell] + arguments + ["\(target):\(path)"]
    }

    /// Writes a picture into the camera's own folder and gives its path.
    func picture(_ name: String, comment count: Int = 0) throws -> String {
        let path = folder.path + "/" + name
        try writeFile(count == 0 ? try Picture.jpeg() : try Picture.jpeg(withCommentOf: count), to: path)
        return path
    }

    /// Where the appliance keeps what this camera sees.
    var root: String { "\(appliance.binary.data)/incoming/\(name)" }

    /// Paths of files that wait for their event.
    func waitingFiles() async throws -> [String] {
        var paths: [String] = []
        var cursor = ""
        while true {
            let page = try await appliance.ask(
                .get("/api/files?state=unclaimed&limit=500\(cursor)", key: appliance.adminKey))
            paths += (page["files"]?.arrayValue ?? []).compactMap { $0.objectValue?["path"]?.stringValue }
            guard let next = page["next"]?.stringValue else { return paths }
            cursor = "&cursor=\(next)"
        }
    }

    /// Sends an event that announces a picture.
    func announce(_ id: String, path: String?) async throws -> Answer {
        var event: JSONObject = [
            "event_id": .string(id), "edge_device_id": .string(name), "license_plate": "1กก 1234", "confidence": 1,
        ]
        if let path { event["image_path"] = .string(path) }
        return try await appliance.ask(.send("POST", "/api/lpr/events", .object(event), key: appliance.adminKey))
    }

    /// The picture of an event as the page gets it; nil when it has none.
    func image(of id: String) async throws -> [UInt8]? {
        let answer = try await appliance.ask(.get("/api/lpr/events/\(id)/image", key: appliance.adminKey))
        return answer.status == 200 ? answer.body : nil
    }
}
