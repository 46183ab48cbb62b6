import Vault

/// Puts a configuration together from its sources and collects all that is wrong with them.
///
/// Sources are applied from the weakest to the strongest: file, environment, command line. Credentials come last, for
/// what none of them has set.
struct ConfigurationAssembly {
    /// More problems than anybody reads at once are only counted.
    static let shownProblems = 50

    private(set) var configuration: ApplianceConfiguration
    private var problems: [ConfigurationProblem] = []
    private var hiddenProblems = 0
    /// The names of keys that have a wrong value somewhere: rules about them would only repeat it.
    private var failed: Set<String> = []
    private let keys: [ConfigurationKey]
    private let byName: [String: ConfigurationKey]
    private let host: ConfigurationHost

    init(keys: [ConfigurationKey], host: ConfigurationHost) {
        self.keys = keys
        self.byName = Dictionary(keys.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.host = host
        configuration = ApplianceConfiguration(host: host)
    }

    mutating func apply(file path: String) {
        let document: ConfigurationDocument
        do {
            document = try ConfigurationDocument(parsing: ConfigurationFile.read(path), path: path)
        } catch {
            report(error)
            return
        }
        configuration.file = path
        let known = keys.compactMap(\.section)
        let unknown = document.sections.filter { !known.contains($0.name) }
        for section in unknown {
            report(section: section.name, .file(path: path, line: section.line), known: known)
        }
        let skipped = Set(unknown.map(\.name))
        for entry in document.entries where entry.section.map({ !skipped.contains($0) }) ?? true {
            let source = ConfigurationSource.file(path: path, line: entry.line)
            if let key = byName[entry.name] {
                assign(entry.value, to: key, source)
            } else {
                report(unknown: entry.name, source)
            }
        }
    }

    /// - Parameter environment: All variables; only those that begin with `LPR_` matter.
    mutating func apply(environment: [String: String]) {
        let byVariable = Dictionary(keys.map { ($0.environmentName, $0) }, uniquingKeysWith: { first, _ in first })
        let own = environment.filter { $0.key.hasPrefix(ConfigurationKey.environmentPrefix) }
        for (variable, text) in own.sorted(by: { $0.key < $1.key }) where variable != "LPR_CONFIG" {
            let source = ConfigurationSource.environment(variable: variable)
            if let key = byVariable[variable] {
                assign(.text(text), to: key, source)
            } else if hasRoom() {
                let nearest = NearestName.find(variable, among: keys.map(\.environmentName))
                report(
                    ConfigurationProblem(
                        source: source,
                        key: nil,
                        wrong: "no such variable is known",
                        right: nearest.map { "the nearest one is \($0)" } ?? "remove it"
                    )
                )
            }
        }
    }

    /// - Parameter flags: Texts by the names of their keys.
    mutating func apply(flags: [String: String]) {
        for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
            if let key = byName[name] {
                assign(.text(text), to: key, .flag(name: name))
            } else {
                report(unknown: name, .flag(name: name))
            }
        }
    }

    /// - Parameter credentials: what systemd gives to the service; a value is the path of one, never what it holds
    ///   (invariant 6).
    mutating func apply(credentials: SystemdCredentials) {
        for key in keys where configuration.sources[key.name] == nil && !failed.contains(key.name) {
            guard let name = key.credential, let path = credentials.path(of: name) else { continue }
            assign(.text(path), to: key, .credential(name: name))
        }
    }

    /// The configuration, when nothing is wrong with it.
    mutating func finish() throws(ConfigurationError) -> ApplianceConfiguration {
        for rule in ConfigurationRule.all where failed.isDisjoint(with: rule.keys) {
            guard let (wrong, right) = rule.problem(configuration, host) else { continue }
            let blamed = rule.keys.first { configuration.sources[$0] != nil } ?? rule.keys[0]
            report(
                ConfigurationProblem(source: configuration.source(of: blamed), key: blamed, wrong: wrong, right: right)
            )
        }
        guard let first = problems.first else { return configuration }
        if hiddenProblems > 0 {
            problems.append(
                ConfigurationProblem(
                    source: first.source,
                    key: nil,
                    wrong: "\(hiddenProblems) more problems are not shown",
                    right: "correct these first"
                )
            )
        }
        throw ConfigurationError(problems: problems)
    }

    private mutating func assign(
        _ value: ConfigurationRawValue,
        to key: ConfigurationKey,
        _ source: ConfigurationSource
    ) {
        do {
            try key.assign(value, to: &configuration)
            configuration.sources[key.name] = source
        } catch {
            failed.insert(key.name)
            let wrong = "\(key.isSecret ? "the value" : error.excerpt) \(error.reason)"
            report(ConfigurationProblem(source: source, key: key.name, wrong: wrong, right: "it must be \(key.form)"))
        }
    }

    private mutating func report(unknown name: String, _ source: ConfigurationSource) {
        guard hasRoom() else { return }
        if keys.contains(where: { $0.section == name }) {
            let wrong = "is a section, not a key"
            report(
                ConfigurationProblem(source: source, key: name, wrong: wrong, right: "write [\(name)] and keys below")
            )
            return
        }
        let parts = name.split(separator: ".")
        // A key in the wrong section is nearer than one with similar letters.
        let nearest =
            keys.first { $0.leaf == parts.last ?? "" }?.name
            ?? (parts.count == 1
                ? NearestName.find(name, among: keys.map(\.leaf)).flatMap { leaf in keys.first { $0.leaf == leaf }?.name
                }
                : NearestName.find(name, among: keys.map(\.name)))
        report(
            ConfigurationProblem(
                source: source,
                key: QuotedText.shortened(name),
                wrong: "no such key is known",
                right: nearest.map { "the nearest one is \($0)" } ?? "remove it"
            )
        )
    }

    private mutating func report(section: String, _ source: ConfigurationSource, known: [String]) {
        guard hasRoom() else { return }
        let nearest = NearestName.find(section, among: known)
        report(
            ConfigurationProblem(
                source: source,
                key: "[\(QuotedText.shortened(section))]",
                wrong: "no such section is known",
                right: nearest.map { "the nearest one is [\($0)]" } ?? "remove it"
            )
        )
    }

    /// Whether one more problem is shown; if not, it is counted.
    private mutating func hasRoom() -> Bool {
        guard problems.count >= Self.shownProblems else { return true }
        hiddenProblems += 1
        return false
    }

    private mutating func report(_ problem: ConfigurationProblem) {
        problems.append(problem)
    }
}
