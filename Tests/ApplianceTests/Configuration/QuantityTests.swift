import Domain
import Testing

@testable import Appliance

@Suite struct QuantityTests {
    @Test(arguments: [
        ("0", 0, "0B"), ("1", 1, "1B"), ("8MiB", 8_388_608, "8MiB"), ("20GB", 20_000_000_000, "20GB"),
        ("1KB", 1_000, "1KB"), ("1024", 1_024, "1KiB"), ("1500 mb", 1_500_000_000, "1500MB"), ("7b", 7, "7B"),
        ("2TiB", 2_199_023_255_552, "2TiB"), ("3TB", 3_000_000_000_000, "3TB"), ("1025", 1_025, "1025B"),
        ("9223372036854775807", Int.max, "9223372036854775807B"),
    ]) func sizes(text: String, bytes: Int, canonical: String) {
        #expect(ByteCount(text)?.bytes == bytes)
        #expect(ByteCount(bytes).description == canonical)
        #expect(ByteCount(canonical)?.bytes == bytes)
    }

    @Test(arguments: [
        "", " ", "MiB", "-1", "+1", "1.5GB", "1,000", "8M", "8Mi", "8MiBs", "8  MiB", " 8MiB", "8MiB ", "0x10", "1e3",
        "9223372036854775808", "8388608TiB", "٨MiB", "8\u{0}B",
    ]) func wrongSizes(text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test(arguments: [
        ("0ms", Duration.zero, "0s"), ("90s", .seconds(90), "90s"), ("15m", .seconds(900), "15m"),
        ("24h", .seconds(86_400), "1d"), ("7d", .seconds(604_800), "7d"), ("250 ms", .milliseconds(250), "250ms"),
        ("60", .seconds(60), "1m"), ("1500ms", .milliseconds(1_500), "1500ms"),
    ]) func durations(text: String, duration: Duration, canonical: String) {
        #expect(DurationText.parse(text, plainUnit: .seconds) == duration)
        #expect(DurationText.text(duration, zeroUnit: .seconds) == canonical)
        #expect(DurationText.parse(canonical, plainUnit: .seconds) == duration)
    }

    @Test(arguments: [
        "", "s", "-1s", "1.5h", "1h30m", "1w", "1 minute", "1M", "1S", "9223372036854775807d", "1  s", "∞",
    ]) func wrongDurations(text: String) {
        #expect(DurationText.parse(text, plainUnit: .seconds) == nil)
    }

    @Test(arguments: [
        (DurationText.Unit.milliseconds, Duration.milliseconds(3)), (.seconds, .seconds(3)), (.minutes, .seconds(180)),
        (.hours, .seconds(10_800)), (.days, .seconds(259_200)),
    ]) func plainNumberHasTheUnitOfItsKey(unit: DurationText.Unit, duration: Duration) {
        #expect(DurationText.parse("3", plainUnit: unit) == duration)
    }

    @Test(
        arguments: [
            ("0.0.0.0:8080", "0.0.0.0:8080"), ("[::1]:0", "[::1]:0"), ("[2001:DB8::0:1]:65535", "[2001:db8::1]:65535"),
            ("127.0.0.1:0080", "127.0.0.1:80"), ("", nil), ("8080", nil), (":8080", nil), ("0.0.0.0", nil),
            ("0.0.0.0:", nil), ("0.0.0.0:-1", nil), ("0.0.0.0:65536", nil), ("0.0.0.0:+80", nil), ("::1:8080", nil),
            ("[::1]", nil), ("[127.0.0.1]:80", nil), ("[]:80", nil), ("localhost:80", nil), ("0.0.0.0:80 ", nil),
            ("[fe80::1%eth0]:80", nil), ("0.0.0.0:999999", nil),
        ] as [(String, String?)]
    ) func listenAddresses(text: String, canonical: String?) {
        #expect(ListenAddress(text)?.description == canonical)
    }

    @Test(
        arguments: [
            ("https://lpr.example.com", "https://lpr.example.com"), ("HTTP://Box:8080", "http://box:8080"),
            ("http://a:80", "http://a"), ("https://a:443", "https://a"), ("https://a:80", "https://a:80"),
            ("http://192.168.1.5:3000", "http://192.168.1.5:3000"), ("http://[::0:1]:3000", "http://[::1]:3000"),
            ("http://[::1]", "http://[::1]"), ("*", nil), ("null", nil), ("", nil), ("https://", nil),
            ("a.example", nil),
            ("ftp://a", nil), ("https://a/", nil), ("https://a?x", nil), ("https://u@a", nil), ("https://a b", nil),
            ("https://a:0", nil), ("https://a:65536", nil), ("https://a:", nil), ("https://-a", nil),
            ("https://a..b", nil),
            ("https://[::1", nil), ("https://[a]", nil), ("https://*.example", nil), ("https://ประตู", nil),
        ] as [(String, String?)]
    ) func origins(text: String, canonical: String?) {
        #expect(WebOrigin(text)?.text == canonical)
    }

    @Test(arguments: [
        ("a", "\"a\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("\n\u{7f}", "\"\\u000a\\u007f\""), ("ก", "\"ก\""),
        ("\u{202E}", "\"\\u202e\""), ("\u{E0001}", "\"\\U000e0001\""), ("🚗", "\"🚗\""),
    ]) func literals(text: String, literal: String) throws {
        #expect(QuotedText.literal(text) == literal)
        let document = try ConfigurationDocument(parsing: Array("x = \(literal)".utf8), path: "x")
        #expect(document.entries.map(\.value) == [.string(text)])
    }

    @Test func excerptsAreShort() {
        #expect(QuotedText.excerpt(String(repeating: "x", count: 60)).count == 62)
        #expect(QuotedText.excerpt(String(repeating: "x", count: 61)).hasSuffix("x\"…"))
        #expect(QuotedText.shortened(String(repeating: "x", count: 1_000)).count == 61)
    }
}
