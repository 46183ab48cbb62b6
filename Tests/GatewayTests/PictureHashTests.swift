import Crypto
import Dialects
import Domain
import Gateway
import Store
import Testing

/// Hash and size of its full picture stand in an event's row, however the picture came, and stay when it goes.
@Suite struct PictureHashTests {
    private func expect(
        _ event: LPREvent?, has picture: [UInt8], _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(event?.imageSHA256 == Array(SHA256.hash(data: picture)), sourceLocation: location)
        #expect(event?.imageBytes == Int64(picture.count), sourceLocation: location)
    }

    @Test("A picture within a message; corrected, repeated, and removed to make room")
    func message() async throws {
        let scratch = try ScratchKeeper()
        let picture = ScratchKeeper.picture("e1")
        try await scratch.add("e1")
        expect(try await scratch.event("e1"), has: picture)
        _ = try await scratch.gateway.intake.accept(
            try scratch.gateway.draft("without"), from: scratch.gateway.sender(), payload: [])
        let without = try await scratch.event("without")
        #expect(without?.imageSHA256 == nil && without?.imageBytes == nil)

        try await scratch.keep("e1")
        try await scratch.keep("e1", false)
        expect(try await scratch.event("e1"), has: picture)
        #expect(try await scratch.sweep(1).removed.first?.events == 1)
        let removed = try await scratch.event("e1")
        #expect(removed?.imagePath == nil)
        expect(removed, has: picture)
        let repeated = try await scratch.gateway.intake.accept(
            try scratch.gateway.draft("e1", picture: picture), from: scratch.gateway.sender(), payload: [])
        expect(repeated.event, has: picture)
        expect(try await scratch.event("e1"), has: picture)
    }

    @Test("The common picture of a frame stands at all its reads")
    func frame() async throws {
        let gateway = try ScratchGateway()
        let frame = CameraFrame(
            device: try #require(DeviceID("gate-1")), checkpoint: nil, picture: PictureBytes(ScratchGateway.onePixel),
            events: try ["a", "b"].map { try gateway.draft($0) })
        for outcome in try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: []) {
            expect(outcome.event, has: ScratchGateway.onePixel)
            expect(try await gateway.store.event(outcome.event.eventID), has: ScratchGateway.onePixel)
        }
    }

    @Test("A file that comes before its event or after it, and one that takes the place of a removed one")
    func files() async throws {
        let bench = try FileBench()
        _ = try await bench.send("x.png", FileBench.picture(1))
        try await bench.event("before", path: "x.png")
        expect(try await bench.store.event("before"), has: FileBench.picture(1))
        try await bench.event("after", path: "y.png")
        #expect(try await bench.send("y.png", FileBench.picture(2)) == "joined after")
        expect(try await bench.store.event("after"), has: FileBench.picture(2))

        // The picture is lost; the hash stays. Another one that comes for the event brings its own.
        let lost = try #require(try await bench.store.event("after"))
        let path = try #require(lost.imagePath)
        #expect(try await bench.store.write { try $0.forgetPictures([path], rowID: lost.rowID, by: "test") })
        let without = try await bench.store.event("after")
        #expect(without?.imagePath == nil)
        expect(without, has: FileBench.picture(2))
        #expect(try await bench.send("after.png", FileBench.picture(3)) == "joined after")
        expect(try await bench.store.event("after"), has: FileBench.picture(3))
    }
}
