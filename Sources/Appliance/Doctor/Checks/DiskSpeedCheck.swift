#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How long the disk takes until it has something for certain: every event waits for that.
struct DiskSpeedCheck: BlockingDoctorCheck {
    let id = "disk-speed"
    let title = "disk speed"

    /// Measures how long syncs take in a directory; an error number where nothing can be written.
    var measure: @Sendable (_ directory: String) -> SyncTimes.Outcome = { SyncTimes.measure(in: $0) }

    private static let slowMilliseconds = 50.0
    private static let uselessMilliseconds = 1_000.0

    func look(_ context: DoctorContext) -> [Finding] {
        // Where unfinished files lie anyway.
        let folder = context.data.temporary
        switch FileStatus.absence(of: folder) {
        case .missing?:
            return [.unknown("not measured: there is no \(folder) yet", "start the appliance and look again")]
        case .hidden?: return [.hidden("the speed of the disk")]
        case nil: break
        }
        switch measure(folder) {
        case .times(let median, let longest): return [finding(median, longest)]
        case .failed(EACCES), .failed(EPERM): return [.hidden("the speed of the disk")]
        case .failed(let number):
            return [
                .unknown(
                    "not measured: nothing can be written into \(folder) (\(String(cString: strerror(number))))",
                    "the lines about the disk say why")
            ]
        }
    }

    private func finding(_ median: Double, _ longest: Double) -> Finding {
        let text = "a sync takes \(Self.text(median)) (the longest \(Self.text(longest)))"
        if median > Self.uselessMilliseconds {
            return .failed(text, "the disk is worn out or broken: replace it; look at 'sudo dmesg' for its errors")
        }
        if median > Self.slowMilliseconds {
            return .warning(
                text,
                "the disk is slow or busy: no more than some \(Int(1_000 / median)) groups of events are stored in a second; "
                    + "an eMMC or SSD is better than an SD card")
        }
        return .ok(text)
    }

    private static func text(_ milliseconds: Double) -> String {
        milliseconds < 10 ? "\((milliseconds * 10).rounded() / 10) ms" : "\(Int(milliseconds.rounded())) ms"
    }
}
