import Domain

/// What the demo has done so far.
struct DemoTally: Sendable, Equatable {
    var kept = 0
    var withoutPlate = 0
    var withoutPicture = 0
    var sentAgain = 0
    var refused = 0

    var total: Int { kept + refused }

    mutating func count(_ message: DemoMessage, attempts: Int) {
        kept += 1
        if message.event["license_plate"]?.isNull ?? true { withoutPlate += 1 }
        if message.picture == nil { withoutPicture += 1 }
        if attempts > 1 { sentAgain += 1 }
    }

    func summary(cameras: Int, duration: Duration) -> String {
        let seconds = (duration + .milliseconds(500)).components.seconds
        let senders = cameras == 1 ? "1 simulated camera" : "\(cameras) simulated cameras"
        return "\(senders) sent \(kept) events in \(seconds) s: \(withoutPlate) without a plate, "
            + "\(withoutPicture) without a picture, \(sentAgain) more than once, \(refused) refused"
    }
}
