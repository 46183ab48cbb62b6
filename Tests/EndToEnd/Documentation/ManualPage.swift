/// The commands of `packaging/man/lpr-appliance.1`, read from its mdoc source:
///
///     .Sh OPTIONS                           options that all commands take
///     .Cm config example ,                  … but this one
///     .It Fl -data Ar directory
///     .Sh COMMANDS
///     .It Cm device add Ar device-id        a command and its operands
///     .It Fl -name Ar name                  an option of it
struct ManualPage {
    let surface: CommandSurface

    /// - Throws: `TestFailure` when a line cannot be understood or names something twice.
    init(source: String) throws {
        var section = ""
        var shared: [String: Bool] = [:]
        var withoutShared: Set<String> = []
        var commands: [String: CommandSurface.Command] = [:]
        var current = ""
        var isInList = false
        for line in source.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first ?? "", section) {
            case (".Sh", _):
                section = words.dropFirst().joined(separator: " ")
                isInList = false
            case (".Bl", _): isInList = true
            case (".Cm", "OPTIONS") where !isInList:
                withoutShared.insert(words.dropFirst().filter { $0 != "," && $0 != ":" }.joined(separator: " "))
            case (".It", "OPTIONS"):
                let option = try Self.option(words)
                shared[option.name] = option.takesValue
            case (".It", "COMMANDS") where words.dropFirst().first == "Cm":
                let name = words.dropFirst(2).prefix { $0 != "Ar" && $0 != "Op" }
                current = name.joined(separator: " ")
                guard commands[current] == nil else { throw TestFailure("'\(current)' is there twice") }
                commands[current] = CommandSurface.Command(operands: words.filter { $0 == "Ar" }.count)
            case (".It", "COMMANDS"):
                let option = try Self.option(words)
                guard var command = commands[current], command.options[option.name] == nil else {
                    throw TestFailure("--\(option.name) of '\(current)' is there twice, or before any command")
                }
                command.options[option.name] = option.takesValue
                commands[current] = command
            default: break
            }
        }
        for name in withoutShared where commands[name] == nil {
            throw TestFailure("OPTIONS names '\(name)', which is no command of the page")
        }
        for name in commands.keys where !withoutShared.contains(name) {
            commands[name]?.options.merge(shared) { own, _ in own }
        }
        surface = CommandSurface(commands: commands)
    }

    /// `.It Fl -name Ar value`
    private static func option(_ words: [String]) throws -> (name: String, takesValue: Bool) {
        guard words.count > 2, words[1] == "Fl", words[2].hasPrefix("-") else {
            throw TestFailure("not an option: \(words.joined(separator: " "))")
        }
        return (String(words[2].dropFirst()), words.contains("Ar"))
    }
}
