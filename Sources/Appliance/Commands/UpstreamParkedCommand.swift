import ArgumentParser
import Domain

/// `upstream parked`
struct UpstreamParkedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parked",
        abstract: "Lists the changes that the central database has refused, or sends them again.")

    @OptionGroup var options: ConfigurationOptions
    @Option(help: ArgumentHelp("Send one of them again, or all.", valueName: "id|all"))
    var retry: String?
    @Flag(help: "Print them as JSON, one a line.")
    var json = false

    func validate() throws {
        guard let retry, retry != "all" else { return }
        guard let id = Int64(retry), id > 0 else { throw ValidationError("--retry takes an id from the list, or all") }
    }

    func run() async throws {
        let client = AdminClient(try options.load())
        if let retry {
            let answer = try await client.send(.post, "/upstream/parked/\(retry)/retry")
            Console.print("sent again: \(answer["retried"]?.integerValue ?? 0)")
            return
        }
        var cursor: String?
        repeat {
            let page = try await client.send(
                .get, "/upstream/parked?limit=500" + (cursor.map { "&cursor=\($0)" } ?? ""))
            for row in page["parked"]?.arrayValue?.compactMap(\.objectValue) ?? [] {
                Console.print(json ? JSONValue.object(row).text : UpstreamText.parked(row))
            }
            cursor = page["next"]?.stringValue
        } while cursor != nil
    }
}
