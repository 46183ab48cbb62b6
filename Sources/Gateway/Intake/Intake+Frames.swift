public import Dialects
public import Domain
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
        try await counted(from: sender) { () async throws(IntakeError) in
            try await self.take(try self.check(frame, MessageEnvelope(from: sender, payload: payload)))
        }
    }
}
