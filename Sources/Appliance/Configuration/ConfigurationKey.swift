/// One thing that can be set: its name, its meaning, and where it lives in ``ApplianceConfiguration``.
///
/// The table ``all`` is the only place that knows the keys. The file format, the names in the environment, the errors,
/// the effective configuration and the documented example all come from it.
struct ConfigurationKey: Sendable {
    /// `section.key`; a name without a dot stands above all sections.
    let name: String
    /// One sentence.
    let meaning: String
    /// More sentences for the example, when one is not enough.
    let note: String?
    /// Says what the default depends on, when it is not the same on every machine.
    let defaultNote: String?
    /// A TOML literal that the example sets, because most sites want it.
    let suggestion: String?
    /// Whether errors and the effective configuration must not show the value.
    let isSecret: Bool
    /// The systemd credential whose path is the value when nothing sets the key.
    let credential: String?
    /// What values are right, with unit and range.
    let form: String

    private let read:
        @Sendable (ConfigurationRawValue, inout ApplianceConfiguration) throws(ConfigurationRefusal) -> Void
    private let write: @Sendable (ApplianceConfiguration) -> String

    init<Value>(
        _ name: String,
        _ property: any WritableKeyPath<ApplianceConfiguration, Value> & Sendable,
        _ form: ConfigurationForm<Value>,
        _ meaning: String,
        note: String? = nil,
        defaultNote: String? = nil,
        suggestion: String? = nil,
        isSecret: Bool = false,
        credential: String? = nil
    ) {
        self.name = name
        self.meaning = meaning
        self.note = note
        self.defaultNote = defaultNote
        self.suggestion = suggestion
        self.isSecret = isSecret
        self.credential = credential
        self.form = form.documentation
        self.read = { (raw, configuration) throws(ConfigurationRefusal) in
            configuration[keyPath: property] = try form.read(raw)
        }
        self.write = { form.literal($0[keyPath: property]) }
    }

    /// The part before the dot, `nil` for a key above all sections.
    var section: String? { name.firstIndex(of: ".").map { String(name[..<$0]) } }

    /// The part after the dot.
    var leaf: String { name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name }

    /// `LPR_SECTION_KEY`.
    var environmentName: String {
        ConfigurationKey.environmentPrefix + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    static let environmentPrefix = "LPR_"

    /// Sets the value in `configuration`.
    func assign(
        _ raw: ConfigurationRawValue,
        to configuration: inout ApplianceConfiguration
    ) throws(ConfigurationRefusal) {
        try read(raw, &configuration)
    }

    /// The value in `configuration` as TOML.
    func literal(in configuration: ApplianceConfiguration) -> String { write(configuration) }
}
