import Dispatch

@testable import FileTransfer

/// Speaks to a session without a channel, one request at a time.
///
/// The session holds up its thread, so it gets one that may be held up. `@unchecked Sendable`: a test uses its client from
/// one task, and waits for each answer.
final class SFTPClient: @unchecked Sendable {
    struct Answer: CustomStringConvertible {
        var description: String { "\(type): \(status.map { "\($0) \(words)" } ?? "\(body.count) bytes")" }

        let type: UInt8
        /// Behind the number of the request.
        let body: [UInt8]

        var status: UInt32? { type == SFTPNumber.Answer.status ? number(at: 0) : nil }
        var isOK: Bool { status == SFTPStatus.ok.rawValue }
        var words: String { String(decoding: string(at: 4), as: UTF8.self) }
        var handle: [UInt8] { type == SFTPNumber.Answer.handle ? string(at: 0) : [] }
        var data: [UInt8] { type == SFTPNumber.Answer.data ? string(at: 0) : [] }
        /// Of attributes.
        var size: Int { (Int(number(at: 4)) << 32) | Int(number(at: 8)) }

        func number(at offset: Int) -> UInt32 {
            guard body.count >= offset + 4 else { return .max }
            return body[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }

        func string(at offset: Int) -> [UInt8] {
            let length = Int(number(at: offset))
            guard body.count >= offset + 4 + length else { return [] }
            return Array(body[offset + 4..<offset + 4 + length])
        }

        /// Names of a listing.
        var names: [String] {
            guard type == SFTPNumber.Answer.name else { return [] }
            var offset = 4
            return (0..<number(at: 0)).map { _ in
                let name = string(at: offset)
                offset += 4 + name.count
                offset += 4 + string(at: offset).count
                offset += 4 + (number(at: offset) == 0 ? 0 : 28)
                return String(decoding: name, as: UTF8.self)
            }
        }
    }

    let session: SFTPSession
    private let queue = DispatchQueue(label: "sftp-client")
    private var id: UInt32 = 0
    private(set) var hasEnded = false

    /// The directory lives as long as its clients.
    private let harbour: Harbour

    init(_ session: SFTPSession, _ harbour: Harbour) {
        self.session = session
        self.harbour = harbour
    }

    /// - Parameter pieces: how many bytes come at a time.
    @discardableResult
    func send(_ type: UInt8, pieces: Int = .max, _ body: (inout SSHWriter) -> Void) async -> Answer {
        id += 1
        var writer = SSHWriter()
        writer.begin(type)
        if type != SFTPNumber.Request.initialize { writer.uint32(id) }
        body(&writer)
        writer.end()
        return await sendRaw(writer.take(), pieces: pieces).first ?? Answer(type: 0, body: [])
    }

    /// Answers to bytes as they are; an answer without a number has its whole body.
    func sendRaw(_ bytes: [UInt8], pieces: Int = .max) async -> [Answer] {
        await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: exchange(bytes, pieces: pieces)) }
        }
    }

    private func exchange(_ bytes: [UInt8], pieces: Int) -> [Answer] {
        var output = ChannelOutput()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieces))
            do {
                let taken = try piece.withUnsafeBytes { try session.receive($0, &output) }
                guard taken > 0 else { break }
                rest = rest.dropFirst(taken)
            } catch {
                hasEnded = true
                break
            }
        }
        var answers: [Answer] = []
        output.drain { bytes in
            var framing = SFTPFraming()
            return
                (try? framing.add(bytes) { packet in
                    let hasNumber = packet.first != SFTPNumber.Answer.version
                    answers.append(Answer(type: packet[0], body: Array(packet.dropFirst(hasNumber ? 5 : 1))))
                    return true
                }) ?? bytes.count
        }
        return answers
    }

    func open(_ path: String, _ flags: SFTPOpenFlags) async -> Answer {
        await send(SFTPNumber.Request.open) {
            $0.string(path.utf8)
            $0.uint32(flags.rawValue)
            $0.uint32(0)
        }
    }

    func write(_ handle: [UInt8], _ bytes: [UInt8], at offset: UInt64 = 0) async -> Answer {
        await send(SFTPNumber.Request.write) {
            $0.string(handle)
            $0.uint64(offset)
            $0.string(bytes)
        }
    }

    func read(_ handle: [UInt8], at offset: UInt64 = 0, _ length: UInt32 = 1 << 20) async -> Answer {
        await send(SFTPNumber.Request.read) {
            $0.string(handle)
            $0.uint64(offset)
            $0.uint32(length)
        }
    }

    func close(_ handle: [UInt8]) async -> Answer { await send(SFTPNumber.Request.close) { $0.string(handle) } }

    func put(_ path: String, _ bytes: [UInt8]) async -> Answer {
        let opened = await open(path, [.write, .create, .truncate])
        guard !opened.handle.isEmpty else { return opened }
        for start in stride(from: 0, to: bytes.count, by: 32_768) {
            let piece = Array(bytes[start..<min(bytes.count, start + 32_768)])
            let written = await write(opened.handle, piece, at: UInt64(start))
            guard written.isOK else { return written }
        }
        return await close(opened.handle)
    }

    /// A request about one path.
    func ask(_ type: UInt8, _ path: String) async -> Answer {
        await send(type) {
            $0.string(path.utf8)
            if type == SFTPNumber.Request.makeDirectory { $0.uint32(0) }
        }
    }

    func rename(_ old: String, _ new: String, isReplacing: Bool = false) async -> Answer {
        await send(isReplacing ? SFTPNumber.Request.extended : SFTPNumber.Request.rename) {
            if isReplacing { $0.string(SFTPExtension.posixRename.rawValue.utf8) }
            $0.string(old.utf8)
            $0.string(new.utf8)
        }
    }

    func list(_ path: String) async -> [String] {
        let handle = await ask(SFTPNumber.Request.openDirectory, path).handle
        var names: [String] = []
        while true {
            let some = await send(SFTPNumber.Request.readDirectory) { $0.string(handle) }.names
            guard !some.isEmpty else { break }
            names += some
        }
        _ = await close(handle)
        return names.sorted()
    }
}
