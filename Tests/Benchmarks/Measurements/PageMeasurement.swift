/// What a browser that was never here has to load: the page and everything that it names, compressed.
enum PageMeasurement {
    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let scratch = try ScratchDirectory(below: options.directory)
        let appliance = try Appliance(options, directory: scratch.path)
        let connection = try Loopback(port: appliance.port)
        var waiting = ["/"]
        var sizes: [String: Int] = [:]
        while let path = waiting.popLast() {
            guard sizes[path] == nil else { continue }
            let answer = try connection.get(path)
            guard answer.status == 200 else { throw BenchmarkError("\(path) is named by the page: \(answer.status)") }
            sizes[path] = answer.body.count
            let plain = try connection.get(path, acceptsGzip: false).body
            waiting += references(in: String(decoding: plain, as: UTF8.self), of: path)
        }
        try appliance.stop()
        report.strict(
            "page, all \(sizes.count) files compressed", Double(sizes.values.reduce(0, +)) / 1_024, "KiB", .below(400))
        if let largest = sizes.max(by: { $0.value < $1.value }) {
            report.note("  the largest: \(largest.key)", Double(largest.value) / 1_024, "KiB")
        }
    }

    /// Files of our own that a text names in quotes or in `url()`.
    private static func references(in text: String, of path: String) -> [String] {
        text.matches(of: /["'(]((?:\/assets\/|\.{1,2}\/)[A-Za-z0-9_.\/-]+\.[a-z0-9]+)["')]/).map { match in
            let name = String(match.1)
            guard name.hasPrefix(".") else { return name }
            var parts = path.split(separator: "/").dropLast().map(String.init)
            for part in name.split(separator: "/") where part != "." {
                if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
            }
            return "/" + parts.joined(separator: "/")
        }
    }
}
