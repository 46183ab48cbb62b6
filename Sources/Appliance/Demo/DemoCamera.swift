import Domain

/// One simulated camera.
struct DemoCamera: Sendable, Hashable {
    /// What the camera looks at; the raw values stand in the table of pictures.
    enum Way: String, Sendable, CaseIterable {
        case entrance = "in"
        case exit = "out"
        case carPark = "park"

        var thai: String {
            switch self {
            case .entrance: "ทางเข้า"
            case .exit: "ทางออก"
            case .carPark: "ลานจอดรถ"
            }
        }
    }

    /// What all ids of simulated cameras begin with; in the order of ids nothing else lies between them.
    static let idPrefix = "demo-gate-"

    let deviceID: String
    let name: String
    let checkpoint: String
    let way: Way

    /// - Parameter number: counts from 1.
    init(number: Int) {
        let index = number - 1
        way = Way.allCases[index % Way.allCases.count]
        checkpoint = "\(way.thai) \(index / Way.allCases.count + 1)"
        name = "\(checkpoint) (สาธิต)"
        deviceID = "\(Self.idPrefix)\(number)"
    }

    /// What is sent to make the device known.
    func registration(isRenewal: Bool) -> JSONObject {
        var object: JSONObject = [
            "device_id": .string(deviceID), "name": .string(name), "checkpoint": .string(checkpoint),
        ]
        if isRenewal { object["renew_key"] = true }
        return object
    }
}
