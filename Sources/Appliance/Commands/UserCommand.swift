import ArgumentParser
import Domain

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People who may log in.",
        subcommands: [Add.self, Passwd.self, List.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Adds a user; asks for the password, or reads it as one line from a pipe.")

        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "1 to 50 characters of A-Z a-z 0-9 . _ -")
        var username: String
        @Option(help: "admin, operator or viewer")
        var role = "viewer"

        func run() async throws {
            let client = AdminClient(try options.load())
            guard let password = Console.readPassword(prompt: "Password for \(username): ") else {
                throw ValidationError("no password was given")
            }
            _ = try await client.send(
                .post, "/users",
                ["username": .string(username), "role": .string(role), "password": .string(password)])
            Console.print("added \(username) as \(role)")
        }
    }

    struct Passwd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "passwd", abstract: "Sets a user's password and ends all sessions and locks of that user.")

        @OptionGroup var options: ConfigurationOptions
        @Argument var username: String

        func run() async throws {
            let client = AdminClient(try options.load())
            guard let password = Console.readPassword(prompt: "New password for \(username): ") else {
                throw ValidationError("no password was given")
            }
            guard DeviceID(username) != nil else { throw ValidationError("'\(username)' is no user name") }
            _ = try await client.send(.put, "/users/\(username)/password", ["password": .string(password)])
            Console.print("changed the password of \(username)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the users.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let answer = try await AdminClient(options.load()).send(.get, "/users")
            for user in answer["users"]?.arrayValue ?? [] {
                let user = user.objectValue ?? JSONObject()
                Console.print("\(user["username"]?.stringValue ?? "")\t\(user["role"]?.stringValue ?? "")")
            }
        }
    }
}
