import Testing

@testable import Domain

@Suite struct PlateConfusionsTests {
    @Test(arguments: [
        "ขฆมผ", "ผพ", "ฝฟ", "บป", "ดต", "ชซ", "สศษ", "คถก", "ทธ", "รล", "นม", "ณฌ", "ฎฏภ", "ฬฮ", "0ODQ", "1I", "2Z",
        "5S",
        "6G", "8B",
    ])
    func confusableCharactersShareASkeleton(_ group: String) {
        let skeletons = Set(group.map { PlateConfusions.skeleton(of: "1\($0)9") })
        #expect(skeletons.count == 1)
    }

    @Test func whatNobodyConfusesStaysApart() {
        let apart = [
            "ข", "ฝ", "บ", "ด", "ช", "ส", "ก", "ท", "ร", "ณ", "ฎ", "ฬ", "ง", "ย", "ว", "ห", "อ", "จ", "A", "0", "1",
        ]
        #expect(Set(apart.map(PlateConfusions.skeleton)).count == apart.count)
    }

    @Test func aCharacterIsInOneClassOnly() {
        let members = PlateConfusions.classes.joined()
        #expect(Set(members).count == members.count)
    }

    @Test(arguments: [("1ฆม4048", "1ขข4048"), ("ABO15", "A8015"), ("", ""), ("Ö1", "Ö1")])
    func skeletons(_ key: String, _ skeleton: String) {
        #expect(PlateConfusions.skeleton(of: key) == skeleton)
    }
}
