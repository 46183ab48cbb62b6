import ArgumentParser
import Domain

struct KeyRingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key-ring",
        abstract: "The keys that pictures are encrypted with on disk.",
        discussion: "Keep a copy of keys/media.keys apart from the pictures: without it nobody can read them.",
        subcommands: [List.self, Rotate.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Prints the keys, oldest first; the last one encrypts.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let answer = try await AdminClient(options.load()).send(.get, "/key-ring")
            for key in answer["keys"]?.arrayValue ?? [] { Console.print(KeyRingCommand.line(key)) }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Adds a key, which encrypts from now on; stored pictures keep theirs and are not rewritten.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let answer = try await AdminClient(options.load()).send(.post, "/key-ring/rotate")
            Console.print(KeyRingCommand.line(answer["key"] ?? .null))
        }
    }

    private static func line(_ key: JSONValue) -> String {
        let object = key.objectValue ?? JSONObject()
        let words = [object["id"]?.stringValue ?? "", object["created_at"]?.stringValue ?? ""]
        return words.joined(separator: "  ") + (object["sealing"]?.boolValue == true ? "  encrypts" : "")
    }
}
