import Testing

@testable import Domain

@Suite struct PlateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let key: String
        let kind: PlateKind

        init(_ text: String, _ key: String, _ kind: PlateKind) {
            self.text = text
            self.key = key
            self.kind = kind
        }

        var testDescription: String { text }
    }

    static let cases = [
        Case("กก 1", "กก1", .car),
        Case("1กก 1234", "1กก1234", .car),
        Case("9กฬ 9999", "9กฬ9999", .car),
        Case("๑กก ๑๒๓๔", "1กก1234", .car),
        Case("1กก-1234", "1กก1234", .car),
        Case("1กก 1234\nกรุงเทพมหานคร", "1กก1234", .car),
        Case("กก 1234\r\nเลย", "กก1234", .car),
        Case("กก\n1234", "กก1234", .car),
        Case("ตร 1234", "ตร1234", .car),
        Case("\u{202E}1กก\u{200B}1234\u{FEFF}", "1กก1234", .car),
        Case("1กก\n1234", "1กก1234", .motorcycle),
        Case("1กก\nกรุงเทพมหานคร\n1234", "1กก1234", .motorcycle),
        Case("1กก\u{2028}เชียงใหม่\u{2028}๙", "1กก9", .motorcycle),
        Case("9ขฮ\nxxxx\n99", "9ขฮ99", .motorcycle),
        Case("10-0001", "100001", .truck),
        Case("70-0123", "700123", .truck),
        Case("70–0123", "700123", .truck),
        Case("39−9999", "399999", .truck),
        Case("40 0001", "400001", .truck),
        Case("99-9999\nชลบุรี", "999999", .truck),
        Case("700123", "700123", .truck),
        Case("ท 12-3456", "ท123456", .diplomatic),
        Case("พ.99-1", "พ991", .diplomatic),
        Case("ก1-0001", "ก10001", .diplomatic),
        Case("อ 123-4567", "อ1234567", .diplomatic),
        Case("ท12345", "ท12345", .diplomatic),
        Case("ร.ย.ล. 1", "รยล1", .other),
        Case("ตร. 12345", "ตร12345", .other),
        Case("โล่ 12345", "โล่12345", .other),
        Case("โล่\n12345", "โล่12345", .other),
        Case("กงจักร 12345", "กงจักร12345", .other),
        Case("สมอ 1234", "สมอ1234", .other),
        Case("ปีก ๑๒๓", "ปีก123", .other),
        Case("ab-12 cd", "AB12CD", .unknown),
        Case("W·AB 123", "WAB123", .unknown),
        Case("mü-äß 1", "MÜÄSS1", .unknown),
        Case("mu\u{308} 1", "MÜ1", .unknown),
        Case("品川 500 さ 12-34", "品川500さ1234", .unknown),
        Case("12가 3456", "12가3456", .unknown),
        Case("12\u{1100}\u{1161} 3456", "12가3456", .unknown),
        Case("12가\u{11A8} 3456", "12각3456", .unknown),
        Case("а123вс77", "А123ВС77", .unknown),
        Case("1ฆ4048", "1ฆ4048", .unknown),
        Case("ก 1234", "ก1234", .unknown),
        Case("ข 12-3456", "ข123456", .unknown),
        Case("ท 1234-5678", "ท12345678", .unknown),
        Case("ท 1-2-3", "ท123", .unknown),
        Case("0กก 1234", "0กก1234", .unknown),
        Case("กก 0123", "กก0123", .unknown),
        Case("กก 12345", "กก12345", .unknown),
        Case("12กก 1234", "12กก1234", .unknown),
        Case("กกก 123", "กกก123", .unknown),
        Case("ฤก 123", "ฤก123", .unknown),
        Case("09-1234", "091234", .unknown),
        Case("70-0000", "700000", .unknown),
        Case("123-456", "123456", .unknown),
        Case("70-012", "70012", .unknown),
        Case("12345", "12345", .unknown),
        Case("กรุงเทพ\nเลย", "กรุงเทพเลย", .unknown),
        Case("โล่", "โล่", .unknown),
    ]

    @Test(arguments: cases)
    func keyAndKind(_ expected: Case) throws {
        let plate = try #require(Plate(text: expected.text))
        #expect(Array(plate.text.unicodeScalars) == Array(expected.text.unicodeScalars))
        #expect(Array(plate.key.unicodeScalars) == Array(expected.key.unicodeScalars))
        #expect(plate.kind == expected.kind)
        #expect(Plate.key(of: expected.text) == plate.key)
    }

    @Test(arguments: ["", " ", ".", " -–—.·\t\r\n", "\u{200B}\u{200E}\u{202E}\u{2066}\u{FEFF}\u{FE0F}\u{0}\u{AD}"])
    func nothingButSeparatorsIsNoPlate(_ text: String) {
        #expect(Plate(text: text) == nil)
        #expect(Plate.key(of: text).isEmpty)
    }

    @Test func everyDashSpaceAndBidirectionalControlIsASeparator() {
        let dashes = "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{FE58}\u{FE63}\u{FF0D}\u{58A}\u{30A0}"
        let spaces = " \u{A0}\u{2003}\u{2009}\u{202F}\u{3000}\u{1680}"
        let invisible =
            "\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}"
            + "\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\u{61C}\u{34F}\u{180E}"
        for separator in (dashes + spaces + invisible + ".·•．。").unicodeScalars {
            #expect(Plate.key(of: "1กก\(separator)1234") == "1กก1234", "U+\(String(separator.value, radix: 16))")
        }
    }

    @Test func everyThaiDigitBecomesArabic() {
        #expect(Plate.key(of: "๐๑๒๓๔๕๖๗๘๙") == "0123456789")
    }

    @Test(arguments: [
        ("\u{E4D}\u{E32}", "\u{E33}"),
        ("ล\u{E4D}\u{E32}พูน", "ลำพูน"),
        ("น\u{E4D}\u{E49}\u{E32}", "น้ำ"),
        ("น\u{E49}\u{E4D}\u{E32}", "น้ำ"),
        ("กา", "กา"),
        ("\u{E32}", "\u{E32}"),
        ("ก\u{E48}\u{E38}", "ก\u{E38}\u{E48}"),
    ])
    func thaiMarksAreComposedAndOrdered(_ text: String, _ key: String) {
        #expect(Array(Plate.key(of: text).unicodeScalars) == Array(key.unicodeScalars))
    }

    @Test(arguments: [
        ("1กก*", "1กก*"), ("๑กก ?๒-*", "1กก?2*"), ("ab?", "AB?"), ("*", "*"), (" * * *1", "*1"), ("*?*", "*?*"),
        ("%_[*", "%_[*"),
    ])
    func patternsKeepWildcards(_ text: String, _ pattern: String) {
        #expect(Plate.pattern(of: text) == pattern)
    }

    @Test(arguments: ["", "1กก 1234", "-", "%_", "＊"])
    func withoutWildcardThereIsNoPattern(_ text: String) {
        #expect(Plate.pattern(of: text) == nil)
    }

    @Test(arguments: [
        ("1ฆ4048", true), ("1ฆ 4", true), ("๑ฆ-๔๐๔๘", true), ("ฆ4048", false), ("1ฆ", false), ("1ฆ40481", false),
        ("12ฆ4048", false), ("1กฆ4048", false), ("1A4048", false), ("1ฆ4048A", false), ("14048", false),
    ])
    func oneConsonantAfterADigitIsATruncation(_ text: String, _ isTruncated: Bool) throws {
        #expect(try #require(Plate(text: text)).isLikelyTruncated == isTruncated)
    }

    @Test func truckPrefixesRunFrom10To99() {
        for prefix in 0...99 {
            let text = (prefix < 10 ? "0\(prefix)" : "\(prefix)") + "-0001"
            #expect(Plate(text: text)?.kind == (prefix < 10 ? .unknown : .truck), "\(text)")
        }
    }

    @Test func rawValuesAreThoseOfTheDatabase() {
        #expect(
            PlateKind.allCases.map(\.rawValue)
                == ["car", "motorcycle", "truck", "diplomatic", "other", "unknown"]
        )
    }
}
