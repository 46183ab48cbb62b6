import TestSupport
import Testing

@testable import Domain

@Suite struct ProvinceTests {
    @Test func thereAre77AndBetong() {
        #expect(Province.all.count == 78)
        #expect(Set(Province.all.map(\.code)).count == 78)
        #expect(Set(Province.all.map(\.thai)).count == 78)
        #expect(Set(Province.all.map(\.english)).count == 78)
        #expect(Province.all.last?.code == "TH-99")
    }

    @Test(arguments: Province.all)
    func everySpellingIsFound(_ province: Province) {
        let english = province.english
        let compact = english.filter { $0 != " " }
        let spellings = [
            province.thai, english, province.code, english.lowercased(), english.uppercased(), compact,
            english.split(separator: " ").joined(separator: "-"), " \(province.thai)\n", "จังหวัด\(province.thai)",
            "จ.\(province.thai)", "\(english) Province", province.code.lowercased(), "TH\(province.code.suffix(2))",
            decomposedSaraAm(province.thai),
        ]
        for spelling in spellings {
            #expect(Province.matching(spelling) == province, "\(spelling)")
        }
        #expect(Province(code: province.code) == province)
    }

    private func decomposedSaraAm(_ text: String) -> String {
        String(text.unicodeScalars.flatMap { $0 == "\u{E33}" ? ["\u{E4D}", "\u{E32}"] : [$0] }.map(Character.init))
    }

    @Test(arguments: Province.alternativeNames.flatMap { entry in entry.names.map { (entry.code, $0) } })
    func otherNamesAreFound(_ code: String, _ name: String) {
        #expect(Province.matching(name)?.code == code)
    }

    @Test(arguments: [
        ("กทม.", "TH-10"), ("Phra Nakhon Si Ayutthaya", "TH-14"), ("Chonburi", "TH-20"), ("เเพร่", "TH-54"),
        ("Nakorn Ratchasima", "TH-30"), ("Samut Prakarn", "TH-11"), ("Nakhon Sri Thammarat", "TH-80"),
        ("กรุงเทพมหานคc", "TH-10"), ("กรงเทพมหานดร", "TH-10"), ("นครราชสิมา", "TH-30"), ("เชียงใหม", "TH-50"),
        ("เซียงใหม่", "TH-50"), ("Chxang Mai", "TH-50"), ("Chieng Rai", "TH-57"), ("สมทรปราการ", "TH-11"),
        ("พระนครศรอยุธบา", "TH-14"), ("ประจวบศีรีขันธ", "TH-77"), ("ปทุมธานิ", "TH-13"), ("นนทบุรื", "TH-12"),
        ("ระนองง", "TH-85"), ("ระยองง", "TH-21"), ("ลพบุร", "TH-16"),
    ])
    func misreadNamesAreFound(_ read: String, _ code: String) {
        #expect(Province.matching(read)?.code == code)
    }

    @Test(arguments: [
        "", " ", "-", "ก", "ระฮอง", "ระอง", "จนนทบุรี", "จ.", "จ.จ", "ลบบุรี", "ชพบุรี", "Chiang Xai", "Chiang", "Phetchabu",
        "Raxong", "ตาค", "ตรา",
        "Na", "Nam", "Tax", "เบตก", "TH-98", "TH-00", "TH-1O", "TH-100", "10", "บุรี", "นคร", "จังหวัด", "Province",
        "Berlin",
        "Vientiane", "ประเทศไทย", "<script>", "' OR 1=1",
    ])
    func whatIsNotCertainIsNoProvince(_ read: String) {
        #expect(Province.matching(read) == nil)
    }

    @Test(arguments: ["", "th-10", "TH10", "TH-98", "TH-1", "กทม", "TH-10 "])
    func aCodeIsExact(_ code: String) {
        #expect(Province(code: code) == nil)
    }

    /// One wrong, missing or added character never makes another province of a name, unless it is that one's name.
    @Test(arguments: Province.all)
    func oneErrorNeverSwapsProvinces(_ province: Province) {
        for name in [province.thai, province.english] {
            let letters = ProvinceName.normalised(name)
            let alphabet = lettersOfSimilarNames(letters)
            var found = 0
            var tried = 0
            for position in letters.indices {
                var missing = letters
                missing.remove(at: position)
                expectNoSwap(missing, province)
                for wrong in alphabet {
                    var replaced = letters
                    replaced[position] = wrong
                    tried += 1
                    found += expectNoSwap(replaced, province) ? 1 : 0
                }
                for wrong in alphabet.prefix(3) {
                    var added = letters
                    added.insert(wrong, at: position)
                    expectNoSwap(added, province)
                }
            }
            if letters.count >= 8 {
                #expect(found * 4 >= tried * 3, "\(name): \(found) of \(tried)")
            }
        }
    }

    /// Two errors may lead astray only where the characters that tell two provinces apart were read as the other's.
    @Test(arguments: Province.all)
    func twoErrorsAreNeverTakenForAnotherProvinceByChance(_ province: Province) {
        var generator = SeededGenerator(99)
        let letters = Array(province.thai.unicodeScalars)
        var found = 0
        for _ in 0..<60 {
            var read = letters
            for _ in 0..<2 {
                read[Int.random(in: read.indices, using: &generator)] = "ฯ"
            }
            found += expectNoSwap(read, province) ? 1 : 0
        }
        #expect(letters.count < 8 || found > 50, "\(province.thai): \(found)")
    }

    /// Only these can turn a name into a rival's; with them one that occurs in no name.
    private func lettersOfSimilarNames(_ name: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let similar = ProvinceName.names.map(\.scalars).filter { (1...3).contains(ProvinceName.editDistance($0, name)) }
        return Set(similar.joined()).union(["ฯ"]).sorted()
    }

    @discardableResult
    private func expectNoSwap(_ read: [Unicode.Scalar], _ province: Province) -> Bool {
        let text = String(String.UnicodeScalarView(read))
        guard let match = Province.matching(text) else { return false }
        let isItsName = [match.thai, match.english.uppercased().filter { $0 != " " }].contains(text)
        #expect(match == province || isItsName, "\(text) of \(province.english) became \(match.english)")
        return match == province
    }
}
