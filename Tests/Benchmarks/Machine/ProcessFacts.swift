/// What Linux counts about a process.
struct ProcessFacts {
    let identifier: Int32

    /// Memory that is resident, MB of 10⁶ bytes.
    func residentMegabytes() throws(BenchmarkError) -> Double {
        try Double(number("VmRSS:", in: "status")) * 1_024 / 1e6
    }

    /// The most that was ever resident.
    func peakResidentMegabytes() throws(BenchmarkError) -> Double {
        try Double(number("VmHWM:", in: "status")) * 1_024 / 1e6
    }

    /// Bytes that it made the disk write: whole pages of files, as often as they became dirty.
    func writtenBytes() throws(BenchmarkError) -> Double {
        try Double(number("write_bytes:", in: "io"))
    }

    private func number(_ name: String, in file: String) throws(BenchmarkError) -> Int {
        let path = "/proc/\(identifier)/\(file)"
        for line in try FileText.read(path).split(separator: "\n") where line.hasPrefix(name) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count > 1, let number = Int(words[1]) { return number }
        }
        throw BenchmarkError("\(path) has no \(name)")
    }
}
