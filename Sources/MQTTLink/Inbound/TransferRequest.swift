import Dialects
import Domain
import Gateway

/// A device announces a file that it will send, and wants an answer:
///
///     {request_id, device_id, path | name, size, sha256, event_id}
struct TransferRequest: Sendable, Hashable {
    /// Files of any size are announced by numbers; this one is far above every disk.
    private static let sizeLimit: Int64 = 1 << 40

    /// The topic that the answer goes to.
    let answerTopic: String
    private(set) var device: String?
    private(set) var requestID: String?
    private(set) var path: String?

    init(topic: String, device: DeviceID?) {
        self.device = device?.text
        answerTopic = Self.answerTopic(device)
    }

    static func answerTopic(_ device: DeviceID?) -> String { "file/transfer/status" + (device.map { "/\($0)" } ?? "") }

    /// What an answer tells of the request, as far as it can be read.
    mutating func read(_ value: JSONValue) {
        guard let object = value.objectValue else { return }
        func text(_ name: String) -> String? {
            object[name]?.stringValue.map { String($0.prefix(FileAnnouncement.pathLimit)) }
        }
        device = device ?? text("device_id")
        requestID = text("request_id")
        path = text("path") ?? text("name")
    }

    /// - Parameter reason: nil when it is accepted.
    func answer(reason: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("request_id", requestID)
            writer.member("device_id", device)
            writer.member("path", path)
            writer.member("status", reason == nil ? "accepted" : "rejected")
            writer.member("reason", reason)
        }
        return writer.bytes
    }

    /// - Parameter answerTopic: where the device waits for answers.
    static func announcement(
        _ value: JSONValue, _ device: DeviceID?, answerTopic: String
    ) throws(MessageRejection) -> FileAnnouncement {
        guard let object = value.objectValue else {
            throw MessageRejection(
                fields: [FieldError("", "the request must be a JSON object, not \(value.kindName)")])
        }
        var problems: [FieldError] = []
        func problem(_ field: String, _ words: String) { problems.append(FieldError(field, words)) }
        func member(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }

        var speaker = device
        if let value = member("device_id") {
            speaker = value.stringValue.flatMap { DeviceID($0) }
            if speaker == nil { problem("device_id", "must be the id of a device") }
        } else if device == nil {
            problem("device_id", "is missing; name the device that will send the file")
        }
        var requestID: String?
        if let value = member("request_id") {
            requestID = value.stringValue.flatMap { EventID($0)?.text }
            if requestID == nil { problem("request_id", "must be 1 to 50 characters of A-Z a-z 0-9 . _ : -") }
        }
        let name = member("path") == nil && member("name") != nil ? "name" : "path"
        let path = member(name)?.stringValue ?? ""
        if !isRelativePath(path) {
            problem(name, "must be a path of 1 to \(FileAnnouncement.pathLimit) bytes inside the device's directory")
        }
        let size = member("size")?.integerValue ?? -1
        if !(1...sizeLimit).contains(size) { problem("size", "must be the size of the file, in bytes") }
        var sha256: [UInt8]?
        if let value = member("sha256") {
            sha256 = value.stringValue.flatMap(bytes(hexadecimal:))
            if sha256?.count != 32 { problem("sha256", "must be 64 hexadecimal digits") }
        }
        var eventID: EventID?
        if let value = member("event_id") {
            eventID = value.stringValue.flatMap { EventID($0) }
            if eventID == nil { problem("event_id", "must be 1 to 50 characters of A-Z a-z 0-9 . _ : -") }
        }
        guard problems.isEmpty, let speaker else {
            throw MessageRejection(fields: problems, deviceID: (speaker ?? device)?.text)
        }
        return FileAnnouncement(
            device: speaker, requestID: requestID, path: path, size: size, sha256: sha256,
            eventID: eventID, answerTopic: answerTopic)
    }

    /// Below the directory it starts from: no step up, no absolute path, no control characters.
    private static func isRelativePath(_ path: String) -> Bool {
        guard (1...FileAnnouncement.pathLimit).contains(path.utf8.count), !path.hasPrefix("/"), !path.hasSuffix("/"),
            !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" })
        else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Character(Unicode.Scalar(digits[index])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[index + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
