import Dialects
import Domain
import Gateway
import Media
import Store
import TestSupport
import Testing

/// No room for pictures: what each way in says, and what goes on.
@Suite struct RefusedPicturesTests {
    /// A quota that the database alone uses up.
    private func full() throws -> ScratchKeeper { try ScratchKeeper(limit: .bytes(1)) }

    @Test func pictureIsRefusedAndReadWithoutIsTaken() async throws {
        let scratch = try full()
        #expect(scratch.gateway.space.refusesPictures && !scratch.gateway.space.isFull)
        let room = try #require(scratch.gateway.space.pictureSpace())
        #expect(room.available == 0 && room.total >= 1)
        let draft = try scratch.gateway.draft("e1", picture: ScratchGateway.onePixel)
        await #expect {
            _ = try await scratch.gateway.intake.accept(draft, from: scratch.gateway.sender(), payload: [])
        } throws: { error in
            guard let error = error as? IntakeError else { return false }
            return error.kind == .noPictureSpace && error.isTemporary && error.reason.contains("no room for pictures")
        }
        #expect(try await scratch.event("e1") == nil && scratch.gateway.pictureFiles.isEmpty)
        let alone = try scratch.gateway.draft("e1")
        _ = try await scratch.gateway.intake.accept(alone, from: scratch.gateway.sender(), payload: [])
        #expect(try await scratch.event("e1") != nil)
    }

    @Test("A frame is kept without its picture, and says so; a repeat is the same read")
    func frame() async throws {
        let scratch = try full()
        let frame = CameraFrame(
            device: try #require(DeviceID("gate-1")), checkpoint: nil,
            picture: PictureBytes(ScratchGateway.onePixel), events: [try scratch.gateway.draft("e1")])
        for round in 1...2 {
            let outcomes = try await scratch.gateway.intake.accept(
                frame: frame, from: scratch.gateway.sender(), payload: [])
            let event = try #require(outcomes.first?.event)
            #expect(event.imagePath == nil && event.metadata.contains("no room for pictures"), "round \(round)")
        }
        #expect(scratch.gateway.pictureFiles.isEmpty)
    }

    @Test("Over a link that brings many, the read is kept alone, so that nothing is held back behind it")
    func delivery() async throws {
        let scratch = try full()
        let deliveries = [
            IntakeDelivery(
                .event(try scratch.gateway.draft("with", picture: ScratchGateway.onePixel)),
                from: scratch.gateway.sender(), payload: []),
            IntakeDelivery(.event(try scratch.gateway.draft("without")), from: scratch.gateway.sender(), payload: []),
        ]
        let verdicts = try await scratch.gateway.intake.accept(deliveries: deliveries)
        #expect(verdicts.count == 2)
        #expect(try await scratch.event("with")?.metadata.contains("no room for pictures") == true)
        #expect(try await scratch.event("without") != nil)
    }

    @Test("A quota smaller than what is there at the start: intake goes on, and room is made once all is counted")
    func smallerThanWhatIsThere() async throws {
        let first = try ScratchKeeper()
        for number in 1...20 { try await first.add("e\(number)", size: 400_000) }
        try await first.keeper.count(byDevice: true)
        let used = first.gateway.book.used()
        try await first.gateway.store.close()

        let again = try ScratchKeeper(limit: .bytes(used - 2_000_000), folder: first.gateway.folder)
        try await again.keeper.load()
        // Nothing goes before it is counted.
        await again.keeper.tick()
        #expect(try await again.withPicture().count == 20)
        #expect(again.keeper.request() != nil)
        _ = try await again.gateway.intake.accept(
            try again.gateway.draft("now"), from: again.gateway.sender(), payload: [])
        try await again.keeper.count(byDevice: true)
        await again.keeper.tick()
        let left = try await again.withPicture()
        #expect(left.count < 20 && left.last == "e20")
        #expect(again.gateway.book.used() < used)
        try await again.expectRowsAndFilesAgree()
    }
}
