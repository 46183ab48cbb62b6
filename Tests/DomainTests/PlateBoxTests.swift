import Domain
import Testing

@Suite struct PlateBoxTests {
    static let readable: [(String, [Double])] = [
        ("[120, 220, 210, 250]", [120, 220, 210, 250]), ("[120, 220, 90, 30]", [120, 220, 210, 250]),
        ("[0.1, 0.2, 0.5, 0.4]", [0.1, 0.2, 0.5, 0.4]),
        ("[[210, 220], [120, 222], [118, 250], [209, 249]]", [118, 220, 210, 250]),
        (#"{"x1": 1, "y1": 2, "x2": 30, "y2": 10}"#, [1, 2, 30, 10]),
        (#"{"xmin": 1, "ymin": 2, "xmax": 30, "ymax": 10, "class": 7}"#, [1, 2, 30, 10]),
        (#"{"left": 1, "top": 2, "right": 30, "bottom": 10}"#, [1, 2, 30, 10]),
        (#"{"x": 1, "y": 2, "width": 29, "height": 8}"#, [1, 2, 30, 10]),
        (#"{"x": 1, "y": 2, "w": 29, "h": 8}"#, [1, 2, 30, 10]),
        (#"{"left": 1, "top": 2, "width": 29, "height": 8}"#, [1, 2, 30, 10]),
    ]

    @Test(arguments: readable) func everyKnownWayIsRead(text: String, numbers: [Double]) throws {
        let box = try #require(PlateBox(metadata: "{\"a\":1,\"bbox\":\(text)}"))
        #expect([box.left, box.top, box.right, box.bottom] == numbers)
    }

    @Test(arguments: [
        "[]", "[1,2,3]", "[1,2,3,\"4\"]", "[5,5,0,0]", "[5,5,-3,-3]", "[1e300,1,2e300,2]", "[[1,2]]", "[[1,2],[3]]",
        "[[1,1],[1,1]]", "{}", #"{"x":1}"#, #"{"x1":9,"y1":9,"x2":1,"y2":1}"#, "7", "null", "\"[1,2,3,4]\"",
        "[" + String(repeating: "[1,2],", count: 40) + "[3,4]]",
    ]) func whatIsNoneIsNone(text: String) {
        #expect(PlateBox(metadata: "{\"bbox\":\(text)}") == nil)
    }

    @Test func onlyTheMemberOfTheEventCounts() {
        #expect(PlateBox(metadata: "") == nil && PlateBox(metadata: "{}") == nil)
        #expect(PlateBox(metadata: #"{"extra":{"bbox":[1,2,3,4]}}"#) == nil)
        #expect(PlateBox(metadata: #"{"bbox":[1,2,3,4]"#) == nil)
    }

    @Test func theAreaHasAMarginAndStaysInside() throws {
        let box = try #require(PlateBox(metadata: #"{"bbox":[100,200,180,220]}"#))
        #expect(try #require(box.pixels(width: 640, height: 480)) == (95..<185, 195..<225))
        #expect(try #require(box.pixels(width: 150, height: 210)) == (95..<150, 195..<210))
        #expect(box.pixels(width: 90, height: 480) == nil && box.pixels(width: 640, height: 150) == nil)
        let relative = try #require(PlateBox(metadata: #"{"bbox":[0.5,0.5,0.75,0.6]}"#))
        #expect(try #require(relative.pixels(width: 400, height: 200)) == (195..<305, 95..<125))
        let outside = try #require(PlateBox(metadata: #"{"bbox":[-50,-50,10,-1]}"#))
        #expect(outside.pixels(width: 640, height: 480) == nil)
    }
}
