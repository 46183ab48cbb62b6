import Crypto
public import Dialects
public import Domain
import Media
import Store

/// Who a frame's picture belongs to on disk, and the lock under which it is stored and removed.
///
/// The time of capture is part of it: rows that name the same file then have the same one, and are found by it when one
/// of them is deleted (`SharedPictures`).
enum FramePicture {
    static func owner(frameID: String, capturedAt: Instant) -> String {
        "\(frameID)@\(String(capturedAt.microseconds, radix: 36))"
    }
}

extension Intake {
    /// Takes all reads of a frame in one transaction. Its picture is stored once; all its events name it.
    ///
    /// When it returns, events, change feed and log are committed and synced (invariant 1), the pictures before them
    /// (invariant 8). A repeat is the same rows and the same answer, and leaves no file behind (invariant 3). Cameras in
    /// the field seldom look at an answer, so that a read is kept without what cannot be kept of it (a picture that is
    /// none, a clock that nobody can believe), and `metadata.faults` says so.
    ///
    /// - Parameter payload: the message as it came, kept when it or a part of it is not accepted.
    /// - Returns: one outcome for each event, in their order. A conflict changes nothing and is kept among the rejected
    ///   messages; it does not keep the others out.
    /// - Throws: what concerns the frame as a whole: the sender may not speak for the device, the device is disabled,
    ///   `noSpace`, `busy`, `failed`. Then nothing of it is stored.
    public func accept(
        frame: CameraFrame, from sender: Sender, payload: some Collection<UInt8> & Sendable
    ) async throws(IntakeError) -> [EventOutcome] {
        do throws(IntakeError) {
            let outcomes = try await store(frame, sender, payload: Array(payload.prefix(RejectedMessage.payloadLimit)))
            let conflicts = outcomes.filter { if case .conflict = $0 { true } else { false } }
            note(sender, error: conflicts.isEmpty ? nil : Self.reason(ofConflict: conflicts.map(\.event.eventID)))
            return outcomes
        } catch {
            if error.isTemporary {
                note(sender, error: error.reason)
            } else {
                await keepRejected(
                    error, from: sender, device: frame.device.text, messageType: Self.frameType, payload: payload)
            }
            throw error
        }
    }

    private static let frameType = "lpr_frame"

    private static func reason(ofConflict eventIDs: [String]) -> String {
        "stored already, with other content: \(eventIDs.joined(separator: ", "))"
    }

    private func store(
        _ frame: CameraFrame, _ sender: Sender, payload: [UInt8]
    ) async throws(IntakeError) -> [EventOutcome] {
        let frameDigest = frame.picture.map { Array(SHA256.hash(data: $0.bytes)) } ?? []
        var assemblies: [EventAssembly] = []
        for draft in frame.events {
            let (draft, faults) = draft.withBelievableTimes(receivedAt: sender.receivedAt)
            var assembly = try assemble(draft, frameDigest: frameDigest, sender)
            for fault in faults { assembly.note(fault: fault) }
            assemblies.append(assembly)
        }
        guard let first = assemblies.first else { return [] }
        let isWithPictures = frame.picture != nil || assemblies.contains { $0.draft.plateImage != nil }
        guard isWithPictures else {
            return try await commit(assemblies.map { $0.event(pictures: StoredPictures()) }, frame, sender, payload)
        }
        let owner =
            first.draft.frameID.map { FramePicture.owner(frameID: $0, capturedAt: first.capturedAt) } ?? first.eventID
        let prepared = assemblies
        let result: Result<[EventOutcome], IntakeError> = await inFlight.withLocks(
            Set(prepared.map(\.eventID) + [owner])
        ) {
            do throws(IntakeError) {
                return .success(
                    try await self.storeWithPictures(prepared, frame, owner: owner, sender, payload))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func storeWithPictures(
        _ assemblies: [EventAssembly], _ frame: CameraFrame, owner: String, _ sender: Sender, _ payload: [UInt8]
    ) async throws(IntakeError) -> [EventOutcome] {
        var assemblies = assemblies
        var written: [StoredPicture] = []
        do throws(IntakeError) {
            var shared: StoredPicture?
            if let picture = frame.picture, let first = assemblies.first {
                let (stored, fault) = try await keep(picture, .image, "the picture", owner, first.capturedAt)
                shared = stored
                for index in assemblies.indices {
                    if let fault { assemblies[index].note(fault: fault) }
                }
            }
            written += [shared].compactMap { $0 }
            var events: [LPREvent] = []
            for index in assemblies.indices {
                var pictures = StoredPictures(image: shared)
                if let plateImage = assemblies[index].draft.plateImage {
                    let (stored, fault) = try await keep(
                        plateImage, .plateImage, "the picture of the plate", assemblies[index].eventID,
                        assemblies[index].capturedAt)
                    pictures.plateImage = stored
                    written += [stored].compactMap { $0 }
                    if let fault { assemblies[index].note(fault: fault) }
                }
                events.append(assemblies[index].event(pictures: pictures))
            }
            let outcomes = try await commit(events, frame, sender, payload)
            await remove(written, unless: outcomes.map(\.event))
            return outcomes
        } catch {
            await remove(written, unless: [])
            throw error
        }
    }

    /// A picture on disk, or why it is none.
    private func keep(
        _ picture: PictureBytes, _ role: PictureRole, _ name: String, _ owner: String, _ capturedAt: Instant
    ) async throws(IntakeError) -> (StoredPicture?, fault: String?) {
        do throws(IntakeError) {
            return (try await storePicture(picture, role, name, owner: owner, capturedAt: capturedAt), nil)
        } catch {
            guard error.kind == .invalid else { throw error }
            return (nil, "\(error.reason); the read is kept without it")
        }
    }

    /// Takes back what no row names: pictures of a repeat whose rows name others, of a conflict, of a failed commit.
    private func remove(_ written: [StoredPicture], unless events: [LPREvent]) async {
        let named = Set(events.flatMap { [$0.imagePath, $0.plateImagePath] }.compactMap { $0 })
        for picture in written where picture.isNew && !named.contains(picture.path) {
            await remove(path: picture.path)
        }
    }

    private func commit(
        _ events: [LPREvent], _ frame: CameraFrame, _ sender: Sender, _ payload: [UInt8]
    ) async throws(IntakeError) -> [EventOutcome] {
        let siteID = siteID
        let device = frame.device.text
        let checkpoint = frame.checkpoint
        do {
            return try await store.write(weight: events.count) { context in
                let outcomes = try events.map { try context.insert($0) }
                var reason: String?
                let conflicts = outcomes.compactMap { if case .conflict(let there) = $0 { there.eventID } else { nil } }
                if !conflicts.isEmpty {
                    let words = Self.reason(ofConflict: conflicts)
                    try context.keep(
                        RejectedMessage(
                            receivedAt: sender.receivedAt, protocol: sender.protocol, peer: sender.address,
                            deviceID: device, reason: words, payload: payload))
                    reason = words
                }
                context.noteContact(
                    deviceID: device, address: sender.address, protocol: sender.protocol, checkpoint: checkpoint)
                try context.log(
                    sender.logEntry(
                        messageType: Self.frameType, device: device, siteID: siteID, error: reason, at: context.now))
                return outcomes
            }
        } catch {
            throw intakeError(from: error)
        }
    }
}

extension LPREventDraft {
    /// The draft without times that cannot be: a camera whose clock was never set must not lose its reads for that.
    fileprivate func withBelievableTimes(receivedAt: Instant) -> (LPREventDraft, faults: [String]) {
        func isBelievable(_ instant: Instant?) -> Bool {
            guard let instant else { return true }
            return instant >= Self.earliestCapture && instant <= receivedAt + Self.refusedSkew
        }
        var draft = self
        var faults: [String] = []
        if let time = capturedAt, !isBelievable(time) {
            draft.capturedAt = nil
            faults.append("the time of capture was \(time.rfc3339); set the camera's clock")
        }
        if let time = sentAt, !isBelievable(time) {
            draft.sentAt = nil
            faults.append("the time of sending was \(time.rfc3339); set the camera's clock")
        }
        return (draft, faults)
    }
}
