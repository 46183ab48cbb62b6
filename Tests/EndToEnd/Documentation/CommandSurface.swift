import Domain

/// The commands and options of the program, as the program itself tells them or as a document does.
struct CommandSurface: Equatable {
    struct Command: Equatable, CustomStringConvertible {
        /// How many arguments it takes beside options, those that may be left out included.
        var operands = 0
        /// Whether an option takes a value, by its name without the dashes.
        var options: [String: Bool] = [:]

        var description: String {
            let options = options.sorted { $0.key < $1.key }.map { "--\($0.key)\($0.value ? " VALUE" : "")" }
            return (["\(operands) operands"] + options).joined(separator: ", ")
        }
    }

    /// By name, such as `device key add`. What has subcommands is in `groups`.
    var commands: [String: Command] = [:]
    /// Names such as `device` and `device key`; the program itself is "".
    var groups: Set<String> = []

    /// Every command has these, and no document has to say so each time.
    static let everywhere: Set<String> = ["help", "version"]
}

extension CommandSurface {
    /// What the built program says about itself.
    static func ofTheProgram() async throws -> CommandSurface {
        let result = try await Program.run([try Place.binary(), "--experimental-dump-help"])
        guard result.ending == .exited(0),
            let root = try JSONParser.parse(result.bytes).objectValue?["command"]?.objectValue
        else { throw TestFailure("--experimental-dump-help: \(result.ending) \(result.errors)") }
        var surface = CommandSurface()
        surface.add(root, path: [])
        return surface
    }

    private mutating func add(_ command: JSONObject, path: [String]) {
        let name = path.joined(separator: " ")
        let subcommands = command["subcommands"]?.arrayValue?.compactMap(\.objectValue) ?? []
        for subcommand in subcommands where subcommand["shouldDisplay"]?.boolValue != false {
            add(subcommand, path: path + [subcommand["commandName"]?.stringValue ?? ""])
        }
        guard subcommands.isEmpty else {
            groups.insert(name)
            return
        }
        var found = Command()
        for argument in command["arguments"]?.arrayValue?.compactMap(\.objectValue) ?? []
        where argument["shouldDisplay"]?.boolValue != false {
            let names = argument["names"]?.arrayValue?.compactMap(\.objectValue) ?? []
            guard argument["kind"]?.stringValue != "positional" else {
                found.operands += 1
                continue
            }
            for name in names.filter({ $0["kind"]?.stringValue == "long" }).compactMap({ $0["name"]?.stringValue })
            where !Self.everywhere.contains(name) {
                found.options[name] = argument["kind"]?.stringValue == "option"
            }
        }
        commands[name] = found
    }
}
