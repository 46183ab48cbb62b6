/// Numbers as people read them: three figures that count, thousands apart.
enum Number {
    static func text(_ value: Double) -> String {
        if value < 0 { return "-" + text(-value) }
        if value < 10 { return fixed(value, places: 2) }
        if value < 100 { return fixed(value, places: 1) }
        var digits = String(Int(value.rounded()))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return ([digits] + groups).joined(separator: ",")
    }

    private static func fixed(_ value: Double, places: Int) -> String {
        let scale = places == 2 ? 100 : 10
        let whole = Int((value * Double(scale)).rounded())
        let fraction = String(whole % scale)
        return "\(whole / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}

extension [Double] {
    /// The middle one; 0 when there is none.
    var median: Double { percentile(50) }

    /// The smallest value that `percent` of a hundred do not exceed; 0 when there is none.
    func percentile(_ percent: Double) -> Double {
        guard !isEmpty else { return 0 }
        let place = Int((Double(count) * percent / 100).rounded(.up)) - 1
        return sorted()[Swift.min(Swift.max(place, 0), count - 1)]
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    var milliseconds: Double { seconds * 1_000 }
}
