import CLibSSH
import Domain
import Gateway
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How far a connection is with its login.
struct LoginState {
    /// Keys that a client may offer; an agent can hold many.
    static let keyLimit = 20
    static let passwordLimit = 3

    var device: DeviceID?
    var offeredKeys = 0
    var passwords = 0

    var isOver: Bool { offeredKeys > Self.keyLimit || passwords >= Self.passwordLimit }
}

extension SSHConnection {
    static let denied = Int32(SSH_AUTH_DENIED.rawValue)
    private static let accepted = Int32(SSH_AUTH_SUCCESS.rawValue)

    /// The API key of a device as its password.
    func tryPassword(_ password: String, of name: String) -> Int32 {
        guard !login.isOver, login.device == nil else { return Self.denied }
        login.passwords += 1
        guard let device = DeviceID(name) else { return Self.denied }
        let (door, address) = (server.login, address)
        switch waiting(for: { await door.device(name, hasKey: password, from: address) }) {
        case .accepted: return admit(device)
        case .locked:
            login.passwords = LoginState.passwordLimit
            note("too many failures", name)
        case .refused, nil: note("wrong key", name)
        }
        return Self.denied
    }

    /// A client first asks whether a key would do (`state` none); then it signs with it, and libssh has checked that.
    func tryPublicKey(_ key: OpaquePointer, of name: String, state: CChar) -> Int32 {
        guard !login.isOver, login.device == nil else { return Self.denied }
        let isOffer = Int32(state) == Int32(SSH_PUBLICKEY_STATE_NONE.rawValue)
        if isOffer { login.offeredKeys += 1 }
        guard isOffer || Int32(state) == Int32(SSH_PUBLICKEY_STATE_VALID.rawValue), let device = DeviceID(name),
            let blob = Self.blob(of: key)
        else { return Self.denied }
        let door = server.login
        guard waiting(for: { await door.device(name, hasPublicKey: blob) }) == true else {
            if isOffer { note("unknown public key", name) }
            return Self.denied
        }
        return isOffer ? Self.accepted : admit(device)
    }

    private func admit(_ device: DeviceID) -> Int32 {
        login.device = device
        logger.debug("device logged in by SSH", metadata: ["device": "\(device)", "address": "\(address)"])
        return Self.accepted
    }

    /// The name may be anything: it is cut and quoted by the log.
    private func note(_ cause: String, _ name: String) {
        logger.info(
            "SSH login refused",
            metadata: ["cause": "\(cause)", "address": "\(address)", "user": "\(name.prefix(50))"])
    }

    private static func blob(of key: OpaquePointer) -> [UInt8]? {
        var text: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text else { return nil }
        defer { ssh_string_free_char(text) }
        return Data(base64Encoded: String(cString: text)).map { [UInt8]($0) }
    }
}
