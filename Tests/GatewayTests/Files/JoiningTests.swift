import Domain
import Gateway
import Store
import Synchronization
import Testing

@Suite("Pictures and events that come apart")
struct JoiningTests {
    @Test(
        "by the announced path, in either order",
        arguments: [
            ("2026/x.jpg", "2026/x.jpg"), ("/data/lpr_images/x.jpg", "x.jpg"), ("x.jpg", "2026/11/x.jpg"),
            ("/sd/out/x.jpg", "lpr_images/x.jpg"), ("x.jpg", "x.jpeg"), ("./a//x.jpg", "a/x.jpg"),
            ("ทะเบียน/รถ.jpg", "ทะเบียน/รถ.jpg"),
        ])
    func path(announced: String, sent: String) async throws {
        for isPictureFirst in [true, false] {
            let bench = try FileBench()
            if isPictureFirst {
                #expect(try await bench.send(sent) == "unclaimed")
                let event = try await bench.event("e1", path: announced)
                #expect(event.imagePath != nil)
            } else {
                try await bench.event("e1", path: announced)
                #expect(try await bench.send(sent) == "joined e1")
            }
            let event = try #require(try await bench.store.event("e1"))
            #expect(event.imagePath != nil && event.announcedImagePath == announced && event.imageFileID == 1)
            #expect(try await bench.text("SELECT state FROM received_files") == ["joined"])
            #expect(try await bench.text("SELECT event_id FROM awaited_pictures").isEmpty)
            #expect(bench.pictureFiles.count == 1)
            try await bench.expectNoOrphans()
            try await bench.store.close()
        }
    }

    @Test(
        "what is not plainly meant is not joined",
        arguments: [
            ("a/x.jpg", "b/x.jpg"), ("/rec/2026-11-24/001.jpg", "2026-11-23/001.jpg"), ("x.jpg", "y.jpg"),
            ("X.jpg", "x.jpg"),
        ])
    func otherPath(announced: String, sent: String) async throws {
        for isPictureFirst in [true, false] {
            let bench = try FileBench()
            if isPictureFirst { _ = try await bench.send(sent) }
            try await bench.event("e1", path: announced)
            if !isPictureFirst { #expect(try await bench.send(sent) == "unclaimed") }
            #expect(try await bench.picture(of: "e1") == nil)
            try await bench.expectNoOrphans()
            try await bench.store.close()
        }
    }

    @Test("an ambiguous name joins nothing; the exact path wins")
    func ambiguous() async throws {
        let bench = try FileBench()
        _ = try await bench.send("a/x.jpg", FileBench.picture(1))
        _ = try await bench.send("b/x.jpg", FileBench.picture(2))
        #expect(try await bench.event("e1", path: "x.jpg").imagePath == nil)
        #expect(try await bench.event("e2", path: "b/x.jpg").imagePath != nil)
        #expect(try await bench.text("SELECT state FROM received_files ORDER BY path") == ["unclaimed", "joined"])
        // And with the events first: two frames that could both be meant.
        try await bench.event("e3", path: "/one/y.jpg", at: FileBench.start)
        try await bench.event("e4", path: "/two/y.jpg", at: FileBench.start + .seconds(1))
        #expect(try await bench.send("y.jpg") == "unclaimed")
        try await bench.store.close()
    }

    @Test("by the event id in the name, in either order; the pattern can be set")
    func eventID() async throws {
        let pattern = try EventIDPattern(#"^\d{4}/cam_([A-Za-z0-9-]+)_full"#)
        for (rules, path) in [
            (FileRules(), "2026/ev-1.jpg"), (FileRules(eventIDPattern: pattern), "2026/cam_ev-1_full.jpg"),
        ] {
            let bench = try FileBench(rules: rules)
            #expect(try await bench.send(path) == "unclaimed")
            #expect(try await bench.event("ev-1").imagePath != nil)
            try await bench.store.close()
            let other = try FileBench(rules: rules)
            try await other.event("ev-1")
            #expect(try await other.send(path) == "joined ev-1")
            try await other.store.close()
        }
    }

    @Test("only within the window, whichever is first", arguments: [(86_399, true), (86_401, false)])
    func window(seconds: Int, isJoined: Bool) async throws {
        for isPictureFirst in [true, false] {
            let bench = try FileBench()
            if isPictureFirst {
                _ = try await bench.send("e1.jpg")
            } else {
                try await bench.event("e1", path: "e1.jpg")
            }
            bench.time.now = FileBench.start + .seconds(seconds)
            if isPictureFirst {
                try await bench.event("e1", path: "e1.jpg")
            } else {
                #expect(try await bench.send("e1.jpg") == (isJoined ? "joined e1" : "unclaimed"))
            }
            #expect((try await bench.picture(of: "e1") != nil) == isJoined)
            try await bench.store.close()
        }
    }

    @Test("never a file of another device, whatever it is called")
    func otherDevice() async throws {
        let bench = try FileBench()
        #expect(try await bench.send("e1.jpg", FileBench.picture(1), from: "gate-1") == "unclaimed")
        #expect(try await bench.send("e1.jpg", FileBench.picture(1), from: "gate-2") == "unclaimed")
        #expect(bench.pictureFiles.count == 2)
        let event = try await bench.event("e1", path: "e1.jpg", device: "gate-2")
        #expect(event.imagePath?.contains("gate-2") == true)
        #expect(try await bench.event("e9", path: "/d/e1.jpg", device: "gate-3").imagePath == nil)
        #expect(try await bench.text("SELECT state FROM received_files ORDER BY id") == ["unclaimed", "joined"])
        _ = try await bench.intake.delete(eventID: "e1", by: "admin")
        #expect(bench.pictureFiles.count == 1)
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test("all events of a frame get the picture, also one that comes later; another frame does not")
    func frame() async throws {
        let bench = try FileBench()
        try await bench.event("e1", path: "f.jpg", frame: "f1")
        try await bench.event("e2", path: "f.jpg", frame: "f1")
        #expect(try await bench.send("f.jpg") == "joined e1,e2")
        #expect(try await bench.event("e3", path: "f.jpg", frame: "f1").imagePath != nil)
        #expect(try await bench.event("e4", path: "f.jpg", frame: "f2").imagePath == nil)
        // The next picture at the same path is that of the next frame.
        #expect(try await bench.send("f.jpg", FileBench.picture(9)) == "joined e4")
        for (index, id) in ["e2", "e1", "e3"].enumerated() {
            #expect(bench.pictureFiles.count == 2)
            let deleted = try #require(try await bench.intake.delete(eventID: id, by: "admin"))
            #expect(deleted.unnamedPictures.count == (index == 2 ? 1 : 0))
        }
        #expect(bench.pictureFiles.count == 1)
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test("retention leaves a picture that another event still shares")
    func retention() async throws {
        let bench = try FileBench()
        try await bench.event("e1", path: "f.jpg", frame: "f1")
        #expect(try await bench.send("f.jpg") == "joined e1")
        bench.time.now = FileBench.start + .seconds(3_600)
        try await bench.event("e2", path: "f.jpg", frame: "f1")
        var limits = Upkeep.Limits()
        let upkeep = Upkeep(bench.store)
        limits.eventRetention = .seconds(1_800)
        for picture in await upkeep.run(limits).pictures { await bench.intake.remove(picture) }
        #expect(try await bench.store.event("e1") == nil)
        #expect(bench.pictureFiles.count == 1)
        bench.time.now = FileBench.start + .seconds(9_000)
        for picture in await upkeep.run(limits).pictures { await bench.intake.remove(picture) }
        #expect(bench.pictureFiles.isEmpty)
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test("an event keeps the picture that it has: the same bytes are joined, others wait with a note")
    func pictureThere() async throws {
        let bench = try FileBench()
        try await bench.event("e1", picture: FileBench.picture(1))
        let own = try await bench.picture(of: "e1")
        #expect(try await bench.send("e1.jpg", FileBench.picture(1)) == "joined e1")
        #expect(bench.pictureFiles.count == 1)
        #expect(try await bench.send("b/e1.jpg", FileBench.picture(2)) == "unclaimed")
        #expect(try await bench.picture(of: "e1") == own)
        #expect(
            try await bench.text("SELECT problem FROM received_files ORDER BY id")
                == [nil, "event e1 has another picture already"])
        _ = try await bench.intake.delete(eventID: "e1", by: "admin")
        #expect(bench.pictureFiles.count == 1)
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test("what live clients and the feed hear")
    func told() async throws {
        let bench = try FileBench()
        try await bench.event("e1", path: "x.jpg")
        _ = try await bench.send("x.jpg")
        let changes = bench.heard.withLock { $0 }.compactMap { message -> String? in
            switch message {
            case .change(.eventStored(let event), let sequence): "\(sequence) stored \(event.imagePath != nil)"
            case .change(.pictureJoined(let event), let sequence): "\(sequence) joined \(event.imagePath != nil)"
            default: nil
            }
        }
        #expect(changes.map { $0.drop { $0 != " " } } == [" stored false", " joined true"])
        #expect(
            try await bench.text("SELECT operation FROM changes WHERE entity = 'lpr_events'") == ["insert", "update"])
        #expect(
            try await bench.text("SELECT protocol FROM communication_logs WHERE message_type = 'picture_file'") == [
                "sftp"
            ])
        let device = try await bench.store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
        #expect(device?.protocols.contains(.sftp) == true)
        try await bench.store.close()
    }
}
