import TestSupport
import Testing
import Vault

@testable import FileTransfer

@Suite struct HostKeyTests {
    @Test func theKeyIsMadeOnceAndStays() throws {
        let folder = try ScratchFolder()
        let first = try HostKey(in: KeyDirectory(path: folder.path + "/keys"))
        let second = try HostKey(in: KeyDirectory(path: folder.path + "/keys"))
        #expect(first.fingerprint == second.fingerprint && first.publicKey == second.publicKey)
        #expect(first.fingerprint.hasPrefix("SHA256:") && first.fingerprint.count == 50)
    }

    /// A log at its finest writes whole objects.
    @Test func thePrivateHalfIsInNoText() throws {
        let folder = try ScratchFolder()
        let key = try HostKey(in: KeyDirectory(path: folder.path + "/keys"))
        for text in ["\(key)", "\([key])", "\(Holder(key: key))", String(reflecting: Holder(key: key))] {
            #expect(!text.contains("PRIVATE") && text.contains("SHA256:"))
        }
    }

    private struct Holder {
        let key: HostKey
    }
}
