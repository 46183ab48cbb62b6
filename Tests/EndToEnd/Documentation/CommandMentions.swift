/// Looks at the places of a document where `lpr-appliance` is called.
struct CommandMentions {
    let surface: CommandSurface
    /// Options of the program itself.
    private static let ofTheProgram: Set<String> = ["help", "version", "generate-completion-script"]

    /// What the program would not understand.
    /// - Parameter code: a line of a shell, or what a sentence quotes of one.
    func mistakes(in code: String) -> [String] {
        code.split { "|;&()\"'`<>".contains($0) }.compactMap { part in
            let words = part.split(separator: " ").map(String.init)
            // The last one: the name is also that of the user, as in `sudo -u lpr-appliance lpr-appliance restore`.
            guard let index = words.lastIndex(where: Self.isTheProgram) else { return nil }
            // The user or the service, as in `journalctl -u lpr-appliance --since today`.
            if index > 0, words[index - 1].hasPrefix("-") { return nil }
            return mistake(in: words[(index + 1)...].prefix { !$0.hasPrefix("#") })
        }
    }

    private func mistake(in words: ArraySlice<String>) -> String? {
        var path = ""
        var rest = words
        while let word = rest.first, surface.groups.contains(path), Self.isName(word) {
            path += (path.isEmpty ? "" : " ") + word
            rest = rest.dropFirst()
            guard surface.groups.contains(path) || surface.commands[path] != nil else {
                return "there is no command '\(path)'"
            }
        }
        // A name alone, such as `systemctl restart lpr-appliance`.
        if path.isEmpty, words.first?.hasPrefix("--") != true { return nil }
        let known = Self.ofTheProgram.union(surface.commands[path].map { Set($0.options.keys) } ?? [])
        for word in rest where word.hasPrefix("--") {
            let name = String(word.dropFirst(2).prefix { $0 != "=" })
            guard known.contains(name) else { return "'\(path)' has no option --\(name)" }
        }
        return nil
    }

    /// Not the directories of the same name, such as `/var/lib/lpr-appliance`.
    private static func isTheProgram(_ word: String) -> Bool {
        ["bin/", "debug/", "release/"].contains { word.hasSuffix($0 + "lpr-appliance") } || word == "lpr-appliance"
    }

    /// Names of commands are small letters and hyphens.
    private static func isName(_ word: String) -> Bool {
        word.first?.isLowercase == true && word.allSatisfy { ($0.isASCII && $0.isLowercase) || $0 == "-" }
    }
}
