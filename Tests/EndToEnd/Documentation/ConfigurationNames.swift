/// The keys of the configuration, as `lpr-appliance config example` tells them.
struct ConfigurationNames {
    let sections: Set<String>
    /// With their section, such as `http.listen`; `data` has none.
    let keys: Set<String>

    static func ofTheProgram() async throws -> ConfigurationNames {
        let result = try await Program.run([try Place.binary(), "config", "example"])
        guard result.ending == .exited(0) else { throw TestFailure("config example: \(result.errors)") }
        return ConfigurationNames(example: result.output)
    }

    init(example: String) {
        var sections: Set<String> = []
        var keys: Set<String> = []
        var section = ""
        for line in example.split(separator: "\n") {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
                sections.insert(section)
                continue
            }
            // `key = value`, or the same behind a `# `; everything else is a sentence.
            let setting = line.hasPrefix("# ") ? line.dropFirst(2) : line
            let name = setting.prefix { $0.isLowercase || $0 == "_" }
            guard !name.isEmpty, setting.dropFirst(name.count).hasPrefix(" = ") else { continue }
            keys.insert(section.isEmpty ? String(name) : "\(section).\(name)")
        }
        self.sections = sections
        self.keys = keys
    }
}
