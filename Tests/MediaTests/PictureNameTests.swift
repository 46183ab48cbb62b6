import Testing

@testable import Media

@Suite struct PictureNameTests {
    @Test(arguments: [
        (Int64(0), "1970/01/01"), (-1, "1970/01/01"), (.min, "1970/01/01"), (.max, "9999/12/31"),
        (951_782_400_000_000, "2000/02/29"), (951_868_800_000_000, "2000/03/01"), (951_868_799_999_999, "2000/02/29"),
        (1_795_395_600_123_000, "2026/11/23"), (1_798_761_599_999_999, "2026/12/31"),
        (4_107_542_400_000_000, "2100/03/01"),
        (253_402_300_799_999_999, "9999/12/31"), (253_402_300_800_000_000, "9999/12/31"),
    ])
    func dayOfAnInstantInUTC(_ microseconds: Int64, _ path: String) {
        #expect(DayFolder.path(microsecondsSince1970: microseconds) == path)
    }

    @Test(arguments: [
        ("0192f0c4-7e1a", "0192f0c4-7e1a"), ("gate:1_a.b", "gate:1_a.b"), (".hidden", "~2ehidden"), ("..", "~2e."),
        ("../../etc/passwd", "~2e.~2f..~2fetc~2fpasswd"), ("a b", "a~20b"), ("~", "~7e"), ("ก", "~e0~b8~81"),
        ("a\0b", "a~00b"), ("", ""),
    ])
    func eventIDsBecomeSafeNames(_ eventID: String, _ name: String) {
        #expect(PictureName.encoded(eventID) == name)
    }

    @Test func longEventIDsAreCutAndStayDifferent() {
        let one = PictureName.encoded(String(repeating: "ก", count: 50) + "1")
        let other = PictureName.encoded(String(repeating: "ก", count: 50) + "2")
        #expect(one != other && one.utf8.count == 154 && other.utf8.count == 154)
    }

    @Test func longestNameFitsItsColumn() throws {
        let path = try PictureName.path(
            eventID: String(repeating: "/", count: 1_000),
            role: .plateImage,
            capturedAt: captured,
            format: .webP,
            hash: String(repeating: "f", count: 64)
        )
        #expect(path.text.utf8.count <= 255)
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", ".", "./a", "a/./b", "a//b", "a/", "a\0", "a/b\0/../c",
        String(repeating: "a/", count: 128) + "a", String(repeating: "../", count: 1_365) + "x",
    ])
    func refusesPathsThatCouldLeadOut(_ path: String) {
        #expect { try PicturePath(path) } throws: { ($0 as? MediaError)?.kind == .unsafePath }
    }

    @Test func thumbnailStandsBesideItsPicture() throws {
        #expect(try PicturePath("2026/11/23/a-1.jpg").thumbnail?.text == "2026/11/23/a-1.thumb.jpg")
        #expect(try PicturePath("2026/11/23/a-1.png").thumbnail == nil)
    }
}
