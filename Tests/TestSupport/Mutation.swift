/// Damages a sound input the way networks and attackers do: bytes changed, cut out, doubled or put in.
public func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
        guard !bytes.isEmpty else { return [UInt8.random(in: 0...255, using: &generator)] }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &generator)))
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default:
            let end = min(bytes.count, place + Int.random(in: 1...16, using: &generator))
            bytes.insert(contentsOf: bytes[place..<end], at: place)
        }
    }
    return bytes
}
