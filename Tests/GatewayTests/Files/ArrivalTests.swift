import Dialects
import Domain
import GRDB
import Gateway
import Media
import Store
import Synchronization
import Testing

@Suite("Files that come whole")
struct ArrivalTests {
    @Test("a repeat is the same file; other content at the same path is another one, and none is lost")
    func repeats() async throws {
        let bench = try FileBench()
        for _ in 0..<3 { #expect(try await bench.send("x.jpg") == "unclaimed") }
        #expect(bench.pictureFiles.count == 1)
        bench.time.now = FileBench.start + .seconds(100_000)
        #expect(try await bench.send("x.jpg") == "unclaimed")
        #expect(bench.pictureFiles.count == 1)
        #expect(try await bench.send("x.jpg", FileBench.picture(2)) == "unclaimed")
        #expect(try await bench.text("SELECT is_current FROM received_files ORDER BY id") == ["0", "1"])
        #expect(bench.pictureFiles.count == 2)
        #expect(try await bench.event("e1", path: "x.jpg").imagePath != nil)
        #expect(try await bench.send("x.jpg", FileBench.picture(2)) == "joined e1")
        #expect(try await bench.text("SELECT state FROM received_files ORDER BY id") == ["unclaimed", "joined"])
        let received = try #require(
            try await bench.received("x.jpg"))
        #expect(try await bench.pictures.read(received.picturePath) == FileBench.picture(2))
        #expect(
            received.size == Int64(FileBench.picture(2).count) && received.modifiedAt == bench.time.now - .seconds(5))
        _ = try await bench.intake.delete(eventID: "e1", by: "admin")
        #expect(try await bench.received("x.jpg") == nil)
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test("a sidecar is an event; its picture is the one beside it, in any order, also in one call")
    func sidecar() async throws {
        let json = Array(#"{"event_id":"s1","license_plate":"1กก 1","captured_at":"2026-11-23T01:00:00Z"}"#.utf8)
        for order in [[0, 1], [1, 0]] {
            for isTogether in [true, false] {
                let bench = try FileBench()
                let files = [("a/cam.json", json), ("a/cam.jpeg", FileBench.picture(1))]
                var words: [String] = []
                if isTogether {
                    words = try await bench.send(order.map { files[$0] }).map(FileBench.word)
                } else {
                    for index in order { words.append(try await bench.send(files[index].0, files[index].1)) }
                }
                #expect(words == (order == [0, 1] ? ["created s1", "joined s1"] : ["unclaimed", "created s1"]))
                #expect(try await bench.picture(of: "s1") != nil)
                #expect(try await bench.send("a/cam.json", json) == "duplicate s1")
                try await bench.expectNoOrphans()
                try await bench.store.close()
            }
        }
    }

    @Test(
        "what is wrong is said, kept among the rejected messages, and taken by nobody",
        arguments: [
            ("x.json", "{", "invalid: the file is no JSON"), ("x.json", "[]", "invalid: "),
            ("x.json", #"{"edge_device_id":"gate-2"}"#, "forbidden: this key belongs to device gate-1"),
            ("x.json", #"{"confidence":7,"event_id":"e"}"#, "invalid: confidence"),
            ("x.jpg", "no picture", "invalid: x.jpg: the bytes are neither"),
            ("x.JPEG", "", "invalid: x.JPEG: no bytes"),
            ("x.png", "\u{89}PNG", "invalid: x.png: "),
            ("a\u{1B}[31m\u{202E}.jpg", "x", "invalid: a\u{FFFD}[31m\u{FFFD}.jpg"),
        ])
    func faulty(path: String, content: String, words: String) async throws {
        let bench = try FileBench()
        for _ in 0..<2 {
            let told = try await bench.send(path, Array(content.utf8))
            #expect(told.hasPrefix(words), "\(told)")
        }
        #expect(try await bench.text("SELECT topic FROM rejected_messages").contains(path))
        // The same again is the same file.
        #expect(try await bench.text("SELECT path FROM received_files") == [path])
        #expect(bench.pictureFiles.isEmpty)
        #expect(try await bench.store.read { try UnclaimedFiles.count($0) }.count == 0)
        try await bench.store.close()
    }

    @Test("a header that is damaged or claims too much is no picture")
    func damaged() async throws {
        let bench = try FileBench()
        var bomb = FileBench.picture(0)
        bomb.replaceSubrange(16..<24, with: [0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50])
        for bytes in [Array(FileBench.picture(0).prefix(20)), bomb] {
            #expect(try await bench.send("p.png", bytes).hasPrefix("invalid: p.png: "))
        }
        #expect(try await bench.text("SELECT DISTINCT kind FROM received_files") == ["other"])
        #expect(try await bench.text("SELECT problem FROM received_files").allSatisfy { $0 != nil })
        #expect(bench.pictureFiles.isEmpty)
        try await bench.store.close()
    }

    @Test(
        "hostile names",
        arguments: [
            String(repeating: "d/", count: 509) + "x.jpg", "\u{1}\u{7F}\u{202E}gpj.x",
            "'; DROP TABLE lpr_events; --.jpg",
            "..jpg", ".hidden.jpg", "รถ\u{0301}.jpg", "a/b/c/d/e/f",
        ])
    func names(path: String) async throws {
        let bench = try FileBench()
        #expect(try await bench.send(path) == "unclaimed")
        #expect(try await bench.send(path, from: "gate-2") == "unclaimed")
        #expect(bench.pictureFiles.count == 2)
        #expect(try await bench.text("SELECT path FROM received_files") == [path, path])
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test("a path that is too long, and a device that is disabled, are refused; other files are only noted")
    func refused() async throws {
        let bench = try FileBench()
        #expect(
            try await bench.send(String(repeating: "x", count: 1_025)).hasPrefix("invalid: the path has 1025 bytes"))
        #expect(try await bench.send("test.txt", Array("hello".utf8)) == "other")
        #expect(try await bench.text("SELECT kind || ' ' || state FROM received_files") == ["other noted"])
        bench.devices.set(.disabled, deviceID: "gate-1")
        #expect(try await bench.send("x.jpg").hasPrefix("forbidden: "))
        #expect(bench.pictureFiles.isEmpty)
        try await bench.store.close()
    }

    @Test("a full disk takes no picture and keeps nothing of it")
    func fullDisk() async throws {
        let bench = try FileBench(reserve: .max)
        #expect(try await bench.send("x.jpg").hasPrefix("noSpace: "))
        #expect(bench.pictureFiles.isEmpty)
        #expect(try await bench.text("SELECT path FROM received_files").isEmpty)
        try await bench.store.close()
    }

    @Test("when the transaction fails, nothing is named and the picture is removed; the next try is taken")
    func failing() async throws {
        let bench = try FileBench()
        try await bench.event("e1", path: "x.jpg")
        try await bench.store.write { context in
            try context.database.execute(
                sql: """
                    CREATE TRIGGER broken BEFORE UPDATE OF image_path ON lpr_events
                    BEGIN SELECT RAISE(ABORT, 'broken'); END
                    """)
        }
        let results = try await bench.send([("x.jpg", FileBench.picture(1)), ("y.jpg", FileBench.picture(2))])
        let words = results.map(FileBench.word)
        #expect(words.first?.hasPrefix("failed: ") == true && words.last == "unclaimed")
        #expect(bench.pictureFiles.count == 1)
        try await bench.expectNoOrphans()
        try await bench.store.write { try $0.database.execute(sql: "DROP TRIGGER broken") }
        #expect(try await bench.send("x.jpg", FileBench.picture(1)) == "joined e1")
        // The count of unclaimed files was given back with the transaction: the hot path still finds what waits.
        #expect(try await bench.event("y").imagePath != nil)
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test("unclaimed files go after their time, row first; a person can delete them before")
    func retention() async throws {
        let bench = try FileBench()
        _ = try await bench.send("old.jpg")
        bench.time.now = FileBench.start + .seconds(86_400 * 20)
        _ = try await bench.send("young.jpg")
        _ = try await bench.send("note.txt", [1])
        try await bench.event("lost", path: "never.jpg")
        bench.time.now = FileBench.start + .seconds(86_400 * 31)
        let report = await Upkeep(bench.store).run(Upkeep.Limits())
        #expect(report.errors.isEmpty && report.files.map(\.path) == ["old.jpg"])
        for file in report.files { await bench.intake.remove(file) }
        #expect(bench.pictureFiles.count == 1)
        #expect(try await bench.text("SELECT path FROM received_files") == ["young.jpg"])
        #expect(try await bench.text("SELECT path FROM awaited_pictures").isEmpty)
        try await bench.expectNoOrphans()
        #expect(try await bench.intake.deleteUnclaimedFile(id: 2, by: "operator"))
        #expect(try await !bench.intake.deleteUnclaimedFile(id: 2, by: "operator"))
        #expect(bench.pictureFiles.isEmpty)
        try await bench.store.close()
    }

    @Test("an announced file is compared with what came, and the device hears what became of it")
    func announced() async throws {
        let bench = try FileBench()
        bench.intake.answerTransfers(limit: 100)
        func announce(_ size: Int64, eventID: String? = nil, topic: String? = nil) async throws {
            let file = FileAnnouncement(
                device: try #require(DeviceID("gate-1")), requestID: "r-1", path: "x.jpg", size: size,
                sha256: nil, eventID: eventID.flatMap { EventID($0) }, answerTopic: topic)
            _ = try await bench.intake.accept(deliveries: [
                IntakeDelivery(.announcement(file), from: bench.sender("gate-1", .mqtt), payload: [])
            ])
        }
        let size = Int64(FileBench.picture(1).count)
        try await announce(size + 1, topic: "file/transfer/status")
        #expect(
            try await bench.send("x.jpg", FileBench.picture(1))
                == "invalid: x.jpg: \(size) bytes came, \(size + 1) were announced; send it again whole")
        #expect(bench.pictureFiles.isEmpty)
        try await announce(size, eventID: "e1")
        #expect(try await bench.send("x.jpg", FileBench.picture(1)) == "unclaimed")
        #expect(try await bench.event("e1").imagePath != nil)
        let told = try await bench.store.read { try OutboxRow.waiting(after: 0, limit: 10, $0) }
        #expect(
            told.map(\.topic) == ["file/transfer/status", "file/transfer/status/gate-1", "file/transfer/status/gate-1"])
        let answers = try told.map { try #require(try JSONParser.parse($0.payload).objectValue) }
        #expect(answers.map { $0["status"]?.stringValue } == ["failed", "received", "joined"])
        #expect(answers.allSatisfy { $0["request_id"] == "r-1" })
        #expect(answers.last?["event_ids"]?.arrayValue?.first == "e1")
        #expect(try await bench.text("SELECT status FROM file_transfers") == ["joined"])
        let queued = bench.heard.withLock { $0 }.reduce(0) { sum, message in
            if case .answersQueued(let count) = message { sum + count } else { sum }
        }
        #expect(queued == 3)
        // The announcement may come after the file.
        #expect(try await bench.send("late.jpg", FileBench.picture(3)) == "unclaimed")
        try await bench.event("e2")
        let late = FileAnnouncement(
            device: try #require(DeviceID("gate-1")), requestID: nil, path: "late.jpg", size: size, sha256: nil,
            eventID: EventID("e2"))
        _ = try await bench.intake.accept(deliveries: [
            IntakeDelivery(.announcement(late), from: bench.sender("gate-1", .mqtt), payload: [])
        ])
        #expect(try await bench.picture(of: "e2") != nil)
        try await bench.expectNoOrphans()
        try await bench.store.close()
    }

    @Test(
        "patterns that cannot be used are refused with a reason",
        arguments: ["", "abc", "(a", "(a)\\1", "(a)\\", String(repeating: "(a)", count: 100)])
    func patterns(text: String) {
        #expect(throws: EventIDPattern.Problem.self) { try EventIDPattern(text) }
    }

    @Test("a pattern of nested repeats is not held up by a long path")
    func patternTime() throws {
        let pattern = try EventIDPattern("^((a+)+)+x$")
        let started = ContinuousClock().now
        #expect(pattern.firstGroup(in: String(repeating: "a", count: 1_024)) == nil)
        #expect(ContinuousClock().now - started < .seconds(20))
    }
}
