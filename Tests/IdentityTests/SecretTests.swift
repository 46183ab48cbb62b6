import Testing

@testable import Identity

@Suite struct SecretTests {
    @Test func noWayOfPrintingShowsASecret() {
        struct Holder { let secret: SecretText }
        let secret = SecretText("hunter2hunter2")
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        for text in [
            "\(secret)", secret.debugDescription, String(reflecting: secret), "\(Holder(secret: secret))", dumped,
        ] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.reveal() == "hunter2hunter2")
    }

    /// RFC 4648, section 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64(plain: String, encoded: String) {
        #expect(Base64.standard.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.standard.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: ["A", "AAAAA", "Zg==", "Zh", "Zm9", "Z g", "Zm9v\n", "Zm+v", "ก"])
    func noBase64(_ text: String) {
        #expect(Base64.urlSafe.decode(text) == nil)
    }

    @Test func base64ComesBackForAllLengths() {
        for count in 0...64 {
            let bytes = RandomText.bytes(count)
            #expect(Base64.urlSafe.decode(Base64.urlSafe.encode(bytes)) == bytes)
            #expect(Base64.standard.decode(Base64.standard.encode(bytes)) == bytes)
        }
    }

    /// The SHA-256 of "abc" (FIPS 180-4).
    @Test func digest() {
        let digest = SecretDigest(of: "abc")
        #expect(
            digest.bytes.prefix(4) == [0xba, 0x78, 0x16, 0xbf] && digest.bytes.suffix(4) == [0xf2, 0x00, 0x15, 0xad]
        )
        #expect(SecretDigest(bytes: digest.bytes) == digest)
        #expect(SecretDigest(bytes: Array(digest.bytes.dropLast())) == nil)
        for index in 0..<32 {
            var other = digest.bytes
            other[index] ^= 1
            #expect(SecretDigest(bytes: other) != digest)
        }
    }

    @Test func randomTextsDoNotRepeat() {
        let texts = Set((0..<1_000).map { _ in RandomText.token() })
        #expect(texts.count == 1_000)
        #expect(texts.allSatisfy { RandomText.isToken($0) })
        #expect(RandomText.base32(16).utf8.allSatisfy { RandomText.base32.contains($0) })
    }
}
