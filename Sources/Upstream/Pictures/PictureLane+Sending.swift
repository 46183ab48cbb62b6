import Crypto
import Domain
import Logging
import Store

extension PictureLane {
    /// More of them are counted only.
    private static let toldLimit = 20
    /// How often a picture may take too long before it is passed.
    private static let slowLimit = 3

    private struct Wanted {
        var kind: CentrePicture.Kind
        var path: String
    }

    /// Small ones first.
    private func pictures(of event: PicturedEvent) -> [Wanted] {
        let thumbnail = event.thumbnailPath.map { Wanted(kind: .thumbnail, path: $0) }
        guard settings.pictures.choice == .all else { return [thumbnail].compactMap { $0 } }
        let plate = event.plateImagePath.map { Wanted(kind: .plate, path: $0) }
        let whole = event.imagePath.map { Wanted(kind: .picture, path: $0) }
        return [thumbnail, plate, whole].compactMap { $0 }
    }

    /// Sends what the centre lacks of some events, and calls `done` behind each.
    func send(
        _ events: [PicturedEvent], _ session: CentreSession, done: (PicturedEvent) throws -> Void
    ) throws {
        let held = try session.heldPictures(of: events.map { ($0.eventID, $0.capturedAt) })
        for event in events {
            for wanted in pictures(of: event)
            where !held.contains(.init(eventID: event.eventID, kind: wanted.kind)) {
                try attend()
                guard try send(wanted, of: event, session) else { break }
            }
            try done(event)
        }
    }

    /// - Returns: false when the centre does not have the event: it was deleted, or refused.
    private func send(_ wanted: Wanted, of event: PicturedEvent, _ session: CentreSession) throws -> Bool {
        // It was passed already, and the connection was closed over it.
        guard slow.count < Self.slowLimit || slow.key != key(wanted, of: event) else { return true }
        switch try read(wanted.path) {
        case .unavailable(let reason):
            pass(wanted, of: event, reason)
            return true
        case .bytes(let bytes, let mediaType):
            largest = max(largest, bytes.count)
            let picture = CentrePicture(
                eventID: event.eventID, kind: wanted.kind, mediaType: mediaType,
                sha256: Array(SHA256.hash(data: bytes)), content: bytes)
            do throws(PostgresError) {
                guard try session.put(picture) else { return false }
                settle()
            } catch {
                guard error.isOfOneRow || isTooSlow(wanted, of: event, error) else { throw error }
                pass(wanted, of: event, error.description)
                guard session.isOpen else { throw error }
            }
            return true
        }
    }

    private func read(_ path: String) throws -> FoundPicture {
        let (source, limit) = (source, settings.pictures.byteLimit)
        return try BlockingThread.run { () -> Result<FoundPicture, any Error> in
            do { return .success(try await source.picture(at: path, limit: limit)) } catch { return .failure(error) }
        }.get()
    }

    /// A picture that is too large for the line would stop all behind it.
    private func isTooSlow(_ wanted: Wanted, of event: PicturedEvent, _ error: PostgresError) -> Bool {
        guard error.problem == .timeout else { return false }
        let key = key(wanted, of: event)
        slow = (key, slow.key == key ? slow.count + 1 : 1)
        return slow.count >= Self.slowLimit
    }

    private func key(_ wanted: Wanted, of event: PicturedEvent) -> String {
        "\(event.eventID)/\(wanted.kind.rawValue)"
    }

    private func pass(_ wanted: Wanted, of event: PicturedEvent, _ reason: String) {
        board.update { $0.picturesPassed += 1 }
        told += 1
        let metadata: Logger.Metadata = [
            "event_id": "\(event.eventID)", "kind": "\(wanted.kind.rawValue)", "cause": "\(reason)",
        ]
        if told <= Self.toldLimit {
            logger.warning("a picture is not sent to the central database", metadata: metadata)
        } else {
            logger.debug("a picture is not sent to the central database", metadata: metadata)
        }
    }
}
