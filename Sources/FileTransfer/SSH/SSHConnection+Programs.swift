import Domain
import Logging

extension SSHConnection {
    /// SFTP and the exact forms of rsync, and nothing else.
    func program(for request: ChannelRequest) -> (any ChannelProgram)? {
        guard let device = login.device else { return nil }
        switch request {
        case .subsystem("sftp"):
            do throws(RootError) {
                return SFTPSession(try finish(device, .sftp))
            } catch {
                logger.error(
                    "no directory for a device", metadata: ["device": "\(device)", "cause": "\(error.reason)"])
                return nil
            }
        case .subsystem: return nil
        case .execute(let command):
            return rsync(command, device)
        case .shell: return WordsProgram("This box takes files by sftp and rsync; it has no shell.")
        }
    }

    private func rsync(_ command: String, _ device: DeviceID) -> any ChannelProgram {
        do throws(RsyncRefusal) {
            let command = try RsyncCommand(command)
            guard let path = server.settings.rsync else { throw RsyncRefusal("rsync is switched off on this box") }
            return try RsyncProgram(
                command, program: path, try finishForRsync(device), event: event, wakeup: ticket.wakeup,
                logger: logger)
        } catch {
            return WordsProgram(error.words)
        }
    }

    private func finishForRsync(_ device: DeviceID) throws(RsyncRefusal) -> UploadFinish {
        do throws(RootError) {
            return try finish(device, .rsync)
        } catch {
            throw RsyncRefusal(error.reason)
        }
    }

    private func finish(_ device: DeviceID, _ way: SourceProtocol) throws(RootError) -> UploadFinish {
        try server.finish(device, address, way)
    }
}

extension SSHServer {
    /// - Parameter address: of the peer; empty when the box itself looks.
    func finish(
        _ device: DeviceID, _ address: String, _ way: SourceProtocol
    ) throws(RootError) -> UploadFinish {
        UploadFinish(
            device: device, address: address, protocol: way,
            root: try DeviceRoot(below: settings.roots, name: device.text), uploads: uploads, desk: desk, logger: logger
        )
    }
}
