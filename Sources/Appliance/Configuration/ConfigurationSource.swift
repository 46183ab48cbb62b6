/// Where a value came from; a later case wins over an earlier one.
enum ConfigurationSource: Sendable, Hashable {
    case `default`
    /// Only for a key that nothing else sets.
    case credential(name: String)
    /// - line: Counted from 1; `nil` when the line could not be told.
    case file(path: String, line: Int?)
    case environment(variable: String)
    /// - name: The name of the key that the command line set.
    case flag(name: String)
}

extension ConfigurationSource: CustomStringConvertible {
    var description: String {
        switch self {
        case .default: "default"
        case .credential(let name): "systemd credential \(name)"
        case .file(let path, nil): QuotedText.escapingControls(path)
        case .file(let path, let line?): "\(QuotedText.escapingControls(path)):\(line)"
        case .environment(let variable): "environment \(QuotedText.escapingControls(variable))"
        case .flag: "command line"
        }
    }
}
