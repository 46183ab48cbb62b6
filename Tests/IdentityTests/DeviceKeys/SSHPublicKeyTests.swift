import Testing

@testable import Identity

/// Lines of `ssh-keygen`, with the fingerprints that it shows.
@Suite("SSH public keys")
struct SSHPublicKeyTests {
    private static let keys: [(line: String, fingerprint: String)] = [
        (
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDsiJxpaqxAHPHzel5t+bvy9bGCU/eE+dBeS0Nt6qR/V"
                + " cam 1",
            "SHA256:PHraIyaQOY/GbSu1agtUqhyVZVDwu9hEsSUz4TmC4AU"
        ),
        (
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNX4SGuR"
                + "O5bd6s1ciMG/HfKdXk6mM1Xdn9FDfeQ8LPRX45pDzZlHbRZ1R+3KyKFnSyt1b/r/OhQS1f05Fyk/Yio="
                + " cam 1",
            "SHA256:CD/xLHrmM4nkZwsDlRW1e+i2+PzSsY7Pr7/8cFukJxc"
        ),
        (
            "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBDob2k9L"
                + "ja4sRlOCLzac9NEPYwrIlx7kICniHFtWoq6HLnyS81OCff0b8Hr5TpMdmzKLbPE8Jyzp1Y1ZiTeNEikP"
                + "oKdrASRtXJiHwE5/C5OEnRHg74n29nMMGG3VaTZu/w== cam 1",
            "SHA256:hTu4bak2Gj8GRNoITgDmZwBJl47QzR66Za/KJ9VGfxo"
        ),
        (
            "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAG6CnZ3"
                + "D+uJ9JDT07z9X5P7uMskWfx3f+pF75SBgpFPknR6io9ZAzqts7o9uF5Q5prdFEinFvmn2Ih8tXLaSeeo"
                + "OQEmG7fXJMcG+kqa87NyY96X+Bs5dG1hdLpMJMO56HumKePBzjWsvJWYwTA37Co/uqPcp5qpBtpoKwBK"
                + "kJ47f0GSgw== cam 1",
            "SHA256:m8sxBfDCYX/o8ffyJjAuII70XR0LaOBpHiLAUcRgbJs"
        ),
        (
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQChOYiANjujpugJX6KKOkRNAx1i8XYVb6CxmCwCqYEL"
                + "Dvdwg4MmYJW58kmPFWKoOS+yk8K6ksM0KzTCKB2UeqLwn37TUV4q4r3Uq5gX0cEvqKnLh0asIbLbB4sM"
                + "o1f+If3bi97aZPb+fJHXlsF2Eggo9U8/8bQGiojHRC4T7qBGFnkWTp0CXN/VowU6nvCmjSSctwqAjdLm"
                + "b2boB5GMTZIwUt3W1WjzWDsSau1tTSEKge4bkblJIpULPreaxKRIPbtaxESez8cq6BPx7Eiy3fTW/DS9"
                + "Yf2Pv3ItlNWvBpLwTH4rfFG3T7dAZ4EVY/IsFDG1/QsqEwlHrsDaYgjoUgjF cam 1",
            "SHA256:IM7yec076FEsV2M+leEahsTNrNI0/SsdYwHjZs+FLa8"
        ),
        (
            "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEB"
                + "QYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo= cam 1",
            "SHA256:/p0CbeE3dk2SyW1OXXsThGc12ezDVD8eGw2/vtztDfk"
        ),
        (
            "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNza"
                + "C5jb20AAAAIbmlzdHAyNTYAAABBBAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJ"
                + "icoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8AAAAEc3NoOg== cam 1",
            "SHA256:Gkr7/6f0ZaLNSeBuBwJhmfd+tDCxEYyeeuJBopGJewU"
        ),
    ]
    private static let weakKey =
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDBrwUwDdhKE6m1H7xB2jFq0yxdhVVLXnx2Dv7a0r0A"
        + "CyUwlJIfEDnDcF5k7MzLuCd/71TinPgYIXeWQT2O+n9ApDXLF9hA5rndqR7KwphItmsmyOpeaRj9S4jj"
        + "FUXNbJtI3efbgCEVfypmOWL0jaGGEHWDpP+EZOTAmIBhNA9hAQ=="
    @Test("whole keys of all types are read, with the fingerprint that OpenSSH shows", arguments: keys)
    func whole(line: String, fingerprint: String) throws {
        let key = try SSHPublicKey(line: line + "\n")
        #expect(key.fingerprint == fingerprint)
        #expect(line.hasPrefix(key.type) && key.comment == "cam 1")
        #expect(try SSHPublicKey(line: "  " + line.replacing("cam 1", with: "") + "\r\n").blob == key.blob)
    }

    @Test(
        "what is no key is refused with words that help",
        arguments: [
            ("", "is empty"), (" \n", "is empty"), ("hello", "no SSH public key"),
            ("ssh-ed25519", "the key itself is missing"),
            ("ssh-dss AAAA", "DSA"), ("ssh-ed25519 !!!!", "no Base64"), ("ssh-ed25519 AAAA====", "no Base64"),
            ("ssh-ed25519 AAAA", "damaged"), ("-----BEGIN OPENSSH PRIVATE KEY-----", "private key"),
            (#"command="rm -rf /" ssh-ed25519 AAAA x"#, "options"), ("no-pty ssh-rsa AAAA", "options"),
            ("ssh-ed25519 AAAA\nssh-ed25519 AAAA", "more than one line"),
            ("ssh-ed25519 AA\u{0}AA", "control character"),
            (String(repeating: "x", count: 9_000), "bytes"), ("ssh-rsa-cert-v01@openssh.com AAAA", "no SSH public key"),
        ])
    func refused(line: String, words: String) {
        let problem = #expect(throws: SSHPublicKey.Problem.self) { try SSHPublicKey(line: line) }
        #expect(problem?.description.contains(words) == true, "\(problem?.description ?? "")")
    }

    @Test("a key that is too short is refused")
    func weak() {
        let problem = #expect(throws: SSHPublicKey.Problem.self) { try SSHPublicKey(line: Self.weakKey) }
        #expect(problem?.description.contains("1024 bits") == true)
    }

    @Test("every cut, every changed byte and every length is read or refused, never trusted", arguments: keys)
    func hostile(line: String, fingerprint: String) throws {
        let key = try SSHPublicKey(line: line)
        func text(_ blob: [UInt8]) -> String { key.type + " " + Base64.standard.encode(blob) }
        for count in 0..<key.blob.count {
            #expect(throws: SSHPublicKey.Problem.self) { try SSHPublicKey(line: text(Array(key.blob.prefix(count)))) }
        }
        #expect(throws: SSHPublicKey.Problem.self) { try SSHPublicKey(line: text(key.blob + [0])) }
        for place in key.blob.indices {
            var blob = key.blob
            blob[place] ^= 0xFF
            guard let read = try? SSHPublicKey(line: text(blob)) else { continue }
            #expect(read.blob == blob && read.type == key.type && place >= 4 + key.type.utf8.count)
        }
    }
}
