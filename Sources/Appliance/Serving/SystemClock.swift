import CLinuxCalls
import Domain

/// The box's own clock, UTC.
enum SystemClock {
    static var now: Instant { Instant(microseconds: lpr_now_microseconds()) }

    static let wall = WallClock { now }
}
