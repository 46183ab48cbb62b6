import Domain
import Store
import Synchronization
import TestSupport
import Testing
import Upstream

/// The lane of pictures, from a real local database to a real centre.
@Suite(.enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct PictureLaneTests {
    private func site(
        _ choice: ReplicatedPictures, pictures: HeldPictures = HeldPictures(), _ test: (Site) async throws -> Void
    ) async throws {
        let centre = try await blocking { try Centre() }
        let site = try Site(centre, choice, pictures: pictures)
        do {
            try await test(site)
        } catch {
            await site.stop()
            throw error
        }
        await site.stop()
        try await site.store.close()
    }

    @Test func thumbnailsOnly() async throws {
        try await site(.thumbnails) { site in
            try await site.insert(["a", "b"])
            try await site.insert(["c"], pictured: false)
            try site.start()
            try await site.awaitEnd()
            #expect(try await site.sent() == ["a thumbnail", "b thumbnail"])
            #expect(site.status.picturesSent == 2 && site.status.picturesPassed == 0)
            #expect(site.store.lastFreePicture(.thumbnails) == 3)
            #expect(site.store.lastFreePicture(.pictures) == .max)
        }
    }

    @Test func allOfThemButWhatIsNotToBeHad() async throws {
        try await site(.all) { site in
            try await site.insert(["a", "b", "c"])
            site.pictures.put(nil, at: "a.jpg")
            site.pictures.put(Array(repeating: 7, count: 2_000), at: "b.jpg")
            site.pictures.put(Array(repeating: 7, count: 2_001), at: "c.jpg")
            #expect(site.store.lastFreePicture(.pictures) == 0)
            try site.start { $0.pictures.byteLimit = 2_000 }
            try await site.awaitEnd()
            #expect(
                try await site.sent() == [
                    "a plate", "a thumbnail", "b picture", "b plate", "b thumbnail", "c plate", "c thumbnail",
                ])
            #expect(site.status.picturesSent == 7 && site.status.picturesPassed == 2)
            #expect(site.store.lastFreePicture(.pictures) == 3)
            let centre = site.centre
            let content = try await blocking {
                try centre.psql(
                    """
                    SELECT media_type, encode(content, 'escape'), sha256 = sha256(content) FROM lpr.event_pictures
                    WHERE event_id = 'a' AND kind = 'plate'
                    """)
            }
            #expect(content == "image/jpeg|a.plate.jpg|t")
        }
    }

    @Test func aPictureThatComesLaterFollows() async throws {
        try await site(.all) { site in
            try await site.insert(["a", "b"], pictured: false)
            try site.start()
            try await site.awaitEnd()
            try await site.join("a")
            try await site.awaitEnd()
            #expect(try await site.sent() == ["a picture", "a thumbnail"])
            // Also when nothing of it is running at that time.
            await site.stop()
            try await site.join("b")
            try site.start()
            try await site.awaitEnd()
            #expect(try await site.sent() == ["a picture", "a thumbnail", "b picture", "b thumbnail"])
            #expect(site.status.picturesSent == 2)
        }
    }

    @Test func sentAnewIsOnlyWhatTheCentreLacks() async throws {
        try await site(.thumbnails) { site in
            let ids = (0..<250).map { "e-\($0)" }
            try await site.insert(ids)
            try site.start()
            try await site.awaitEnd()
            let centre = site.centre
            _ = try await blocking {
                try centre.psql(
                    "DELETE FROM lpr.event_pictures WHERE event_id IN ('e-7', 'e-249'); DELETE FROM lpr.lpr_events WHERE event_id = 'e-7'; DELETE FROM lpr.event_keys WHERE event_id = 'e-7'"
                )
            }
            try await site.replicator?.resync(from: nil)
            try await until("they are sent") { site.status.picturesSent == 252 }
            try await site.awaitEnd()
            #expect(try await site.sent().count == 250)
            #expect(site.status.picturesSent == 252)
        }
    }

    @Test func whatTheCentreRefusesIsPassed() async throws {
        try await site(.thumbnails) { site in
            let centre = site.centre
            _ = try await blocking {
                try centre.psql("ALTER TABLE lpr.event_pictures ADD CONSTRAINT odd CHECK (event_id <> 'b')")
            }
            try await site.insert(["a", "b", "c"])
            try site.start()
            try await site.awaitEnd()
            #expect(try await site.sent() == ["a thumbnail", "c thumbnail"])
            #expect(site.status.picturesPassed == 1 && site.status.picturesErrorText == nil)
        }
    }

    @Test func aDeletedEventHasNoPictures() async throws {
        try await site(.all) { site in
            try await site.insert(["a", "b"])
            try site.start()
            try await site.awaitEnd()
            _ = try await site.store.write { try $0.delete(eventID: "a", by: "test") }
            try await until("it is gone") { try await site.sent().allSatisfy { $0.hasPrefix("b ") } }
            #expect(try await site.sent().count == 3)
        }
    }

    /// A put waits for a lock, as it would for a slow line; it is broken off by the stop, and sent after the next start.
    @Test func picturesDoNotDelayEventsAndSurviveARestart() async throws {
        try await site(.all) { site in
            let centre = site.centre
            let admin = try await blocking {
                let admin = try PostgresConnection.open(
                    PostgresSettings(
                        try ConnectionURL(centre.server.url(database: centre.database)),
                        statementTimeout: .seconds(3_600)))
                try admin.simple("BEGIN; LOCK TABLE lpr.event_pictures IN EXCLUSIVE MODE")
                return Holder(connection: admin)
            }
            try await site.insert((0..<20).map { "e-\($0)" })
            try site.start()
            try await until("a picture waits") {
                try await blocking {
                    try centre.psql(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(centre.database)' AND wait_event_type = 'Lock' AND application_name = 'lpr-appliance/gate/pictures'"
                    )
                } == "1"
            }
            for number in 20..<40 {
                try await site.insert(["e-\(number)"])
                try await until("the event is there") { site.status.lagRows == 0 && site.status.rowsSent > number }
            }
            #expect(site.status.picturesSent == 0)
            let started = ContinuousClock.now
            await site.stop()
            // The lock would hold it for the statement's minute.
            #expect(ContinuousClock.now - started < .seconds(30))
            try site.start()
            _ = try await blocking { try admin.connection.simple("ROLLBACK") }
            try await site.awaitEnd()
            #expect(try await site.sent().count == 120)
            // The server may have stored the one that was under way.
            #expect(site.status.picturesSent >= 119)
        }
    }

    /// While one picture is under way, events begin to lag: the next picture waits until they are there.
    @Test func picturesWaitWhileEventsLag() async throws {
        try await site(.thumbnails) { site in
            let centre = site.centre
            let lags = Mutex<[Double]>([])
            let isHeld = Atomic(true)
            site.pictures.before { [unowned site] _ in
                let isFirst = lags.withLock { lags in
                    lags.append(site.status.lagSeconds)
                    return lags.count == 1
                }
                while isFirst, isHeld.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(10)) }
            }
            try await site.insert(["a", "b", "c"])
            try site.start { $0.pictures.lagLimit = .milliseconds(300) }
            try await until("the first picture is read") { lags.withLock { $0.count } == 1 }
            let admin = try await blocking {
                let admin = try PostgresConnection.open(
                    PostgresSettings(
                        try ConnectionURL(centre.server.url(database: centre.database)),
                        statementTimeout: .seconds(3_600)))
                try admin.simple("BEGIN; LOCK TABLE lpr.lpr_events IN EXCLUSIVE MODE")
                return Holder(connection: admin)
            }
            try await site.insert(["d"], pictured: false)
            try await until("events lag") { site.status.lagSeconds > 0.5 }
            isHeld.store(false, ordering: .releasing)
            try await until("the first picture is sent") { site.status.picturesSent == 1 }
            // Long enough for the others, if they did not wait.
            try await until("events lag more") { site.status.lagSeconds > 1.5 }
            #expect(site.status.picturesSent == 1)
            _ = try await blocking { try admin.connection.simple("ROLLBACK") }
            try await site.awaitEnd()
            #expect(site.status.picturesSent == 3)
            #expect(lags.withLock { $0.dropFirst().allSatisfy { $0 <= 0.3 } })
        }
    }

    @Test func aLargePictureIsFollowedByOthers() async throws {
        try await site(.all) { site in
            try await site.insert(["a"])
            site.pictures.put((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }, at: "a.jpg")
            try site.start()
            try await site.awaitEnd()
            try await site.insert(["b"])
            try await site.awaitEnd()
            #expect(try await site.sent().count == 6)
            #expect(site.status.picturesErrorText == nil)
        }
    }

    @Test func theyDoNotLeaveAnEncryptedBoxInClear() async throws {
        try await site(.all, pictures: HeldPictures(isEncrypted: true)) { site in
            try await site.insert(["a"])
            try site.start()
            try await until("it is told") { site.status.picturesErrorText?.contains("sslmode=verify-full") == true }
            try await site.insert(["b"])
            try await until("events go on") { site.status.rowsSent == 2 && site.status.problem == nil }
            #expect(try await site.sent().isEmpty)
            #expect(site.store.lastFreePicture(.pictures) == 0)
            try await until("both wait") { site.status.picturesWaiting == 2 }
        }
    }

    /// The centre was restored from a backup, or another history of it begins.
    @Test func aCentreThatHasLessGetsItAgain() async throws {
        try await site(.thumbnails) { site in
            try await site.insert(["a", "b", "c"])
            try site.start()
            try await site.awaitEnd()
            await site.stop()
            let centre = site.centre
            _ = try await blocking {
                try centre.psql(
                    """
                    UPDATE lpr.sites SET watermark = 1;
                    DELETE FROM lpr.lpr_events WHERE event_id <> 'a'; DELETE FROM lpr.event_keys WHERE event_id <> 'a';
                    DELETE FROM lpr.event_pictures WHERE event_id <> 'a';
                    """)
            }
            try site.start()
            try await until("they are sent") { site.status.picturesSent == 2 }
            try await site.awaitEnd()
            #expect(try await site.sent() == ["a thumbnail", "b thumbnail", "c thumbnail"])
        }
    }
}

/// Used by one blocking piece of code after the other.
private struct Holder: @unchecked Sendable {
    let connection: PostgresConnection
}
