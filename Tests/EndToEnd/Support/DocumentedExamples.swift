import Domain

/// The examples of a Markdown document that are marked to be tried:
///
///     <!-- test -->
///     ```sh
///     curl -H "X-API-Key: $KEY" …  $ADDRESS/api/lpr/events
///     ```
///
/// The mark stands in a line of its own before the block; only empty lines may be between them. The blocks of one
/// document run one after the other in one shell, so that a later one may use what an earlier one has set. They find:
///
/// | name | what it is |
/// |---|---|
/// | `$ADDRESS` | `http://127.0.0.1:PORT` of a fresh appliance |
/// | `$KEY` | the API key of its camera `gate-1` |
/// | `$ADMIN`, `$OPERATOR`, `$VIEWER` | API keys of these roles |
/// | `admin`, `a long enough sentence` | name and password of an administrator |
/// | `car.jpg`, `plate.jpg` | pictures in the working directory |
/// | `$SSH_PORT` | the port for SFTP and rsync |
/// | `lpr-appliance` | the program on the PATH, with `LPR_DATA` set |
/// | `$BROKER`, `$BROKER_PORT` | where the broker of packaging/mosquitto answers, when a block names it |
/// | `$CAMERA_PASSWORD`, `$MONITOR_PASSWORD` | passwords of its users `gate-1` and `monitor` |
///
/// Every command has to succeed, also inside a pipe, and every `curl` has to be answered with a status below 400.
struct DocumentedExamples {
    static let mark = "<!-- test -->"

    struct Block: Equatable {
        /// Where it begins, counted from 1.
        let line: Int
        let script: String
    }

    let name: String
    let blocks: [Block]

    /// - Throws: `TestFailure` when a mark has no block.
    init(markdown: String, name: String) throws {
        self.name = name
        var blocks: [Block] = []
        var isMarked = false
        var open: (line: Int, indent: Int, lines: [Substring])?
        for (index, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.drop { $0 == " " }
            if let block = open {
                if words.hasPrefix("```") {
                    blocks.append(Block(line: block.line, script: block.lines.joined(separator: "\n")))
                    open = nil
                } else {
                    let indent = min(block.indent, line.count - words.count)
                    open?.lines.append(line.dropFirst(indent))
                }
            } else if isMarked, words == "```sh" {
                open = (index + 1, line.count - words.count, [])
                isMarked = false
            } else if isMarked, !words.isEmpty {
                throw TestFailure("\(name):\(index + 1): \(Self.mark) is not followed by ```sh")
            } else if words == Self.mark {
                isMarked = true
            }
        }
        guard !isMarked, open == nil else { throw TestFailure("\(name): the last \(Self.mark) has no complete block") }
        self.blocks = blocks
    }

    private var needsBroker: Bool { blocks.contains { $0.script.contains("$BROKER") } }

    private static let prologue = """
        set -euo pipefail
        curl() {
            local argument failing=--fail-with-body
            # Not both, says curl.
            for argument in "$@"; do
                if [[ $argument =~ ^(-[A-Za-z]*f|--fail) ]]; then failing=--fail; fi
            done
            command curl $failing --silent --show-error --max-time 60 "$@"
        }
        ssh-keyscan() { command ssh-keyscan -T 60 "$@"; }
        trap 'test $? -eq 0 || echo "example at $example failed" >&2' EXIT

        """

    /// Runs all blocks against a fresh appliance.
    func run() async throws -> Program.Result {
        let broker = needsBroker ? try await PackagedBroker.start() : nil
        let appliance = try await Appliance.start(settings: broker?.settings ?? [:])
        if broker != nil { try await appliance.connected() }
        let binary = appliance.binary
        _ = try await binary.answer("user", "add", "admin", "--role", "admin", input: "a long enough sentence\n")
        for picture in ["car.jpg", "plate.jpg"] {
            try writeFile(try Picture.jpeg(), to: appliance.directory + "/" + picture)
        }
        let program = try Place.binary().split(separator: "/").dropLast().joined(separator: "/")
        var script = Self.prologue + "PATH=\"/\(program):$PATH\"\n"
        for block in blocks { script += "example='\(name):\(block.line)'\n\(block.script)\n" }
        // Not by standard input, which belongs to the examples.
        let file = appliance.directory + "/examples.sh"
        try writeFile(Array(script.utf8), to: file)
        return try await Program.run(
            ["bash", file],
            environment: [
                "ADDRESS": binary.address, "KEY": appliance.deviceKey, "ADMIN": appliance.adminKey,
                "OPERATOR": try await binary.answer("key", "create", "operator", "--role", "operator"),
                "VIEWER": try await binary.answer("key", "create", "viewer", "--role", "viewer"),
                "LPR_DATA": binary.data, "SSH_PORT": try await FileCamera.port(of: appliance),
            ].merging(broker?.environment ?? [:]) { $1 }, directory: appliance.directory)
    }
}
