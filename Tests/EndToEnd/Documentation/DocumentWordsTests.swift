import TestSupport
import Testing

/// What the documents name is there: commands, options, configuration keys, and what they link to.
@Suite(.timeLimit(.minutes(45))) struct DocumentWordsTests {
    /// All documents for people, by their path in the package.
    static let documents: [String] = {
        let places = ["", "docs/", "packaging/mosquitto/", "packaging/examples/"]
        return places.flatMap { place in
            ScratchFolder.names(in: Place.package + "/" + place).filter { $0.hasSuffix(".md") }.map { place + $0 }
        }
    }()

    private static func text(of document: String) throws -> MarkdownText {
        let bytes = try #require(contents(of: Place.package + "/" + document), "there is no \(document)")
        return MarkdownText(String(decoding: bytes, as: UTF8.self))
    }

    @Test func allDocumentsAreFound() {
        #expect(Self.documents.contains("README.md") && Self.documents.contains("docs/installation.th.md"))
    }

    /// Texts that go into digests, and begin with the name of the program.
    static let labels: Set<String> = ["lpr-appliance sealing key id", "lpr-appliance sealed file 1"]

    @Test(arguments: documents) func commandsAreThoseOfTheProgram(document: String) async throws {
        let mentions = CommandMentions(surface: try await .ofTheProgram())
        let text = try Self.text(of: document)
        let code = text.spans + text.blocks.flatMap(\.lines)
        for line in code where !Self.labels.contains(line.text) {
            for mistake in mentions.mistakes(in: line.text) {
                Issue.record("\(document):\(line.number): \(mistake)")
            }
        }
    }

    /// Names of files that look like keys: the secrets that systemd hands over.
    static let secrets: Set<String> = ["media.keys", "mqtt.password", "upstream.password"]

    /// database.md names marks of the table `settings` the same way.
    @Test(arguments: documents.filter { $0 != "docs/database.md" })
    func keysAreThoseOfTheConfiguration(document: String) async throws {
        let names = try await ConfigurationNames.ofTheProgram()
        let text = try Self.text(of: document)
        for span in text.spans {
            let parts = span.text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, names.sections.contains(String(parts[0])),
                parts[1].allSatisfy({ $0.isLowercase || $0 == "_" }), !Self.secrets.contains(span.text)
            else { continue }
            #expect(names.keys.contains(span.text), "\(document):\(span.number)")
        }
        for block in text.blocks where block.language == "toml" {
            let written = ConfigurationNames(example: block.lines.map(\.text).joined(separator: "\n"))
            #expect(written.keys.subtracting(names.keys).isEmpty, "\(document):\(block.lines.first?.number ?? 0)")
        }
    }

    @Test(arguments: documents) func linksLeadSomewhere(document: String) throws {
        let folder = document.split(separator: "/").dropLast()
        for link in try Self.text(of: document).links where !link.text.contains("://") {
            let parts = link.text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            var path = folder
            for part in parts[0].split(separator: "/") where part != "." {
                if part == ".." { path = path.dropLast() } else { path.append(part) }
            }
            let target = parts[0].isEmpty ? document : path.joined(separator: "/")
            let place = "\(document):\(link.number): \(link.text)"
            guard parts.count == 2 else {
                let isFolder = !ScratchFolder.names(in: Place.package + "/" + target).isEmpty
                #expect(isFolder || contents(of: Place.package + "/" + target) != nil, "\(place)")
                continue
            }
            #expect(try Self.text(of: target).anchors.contains(parts[1]), "\(place)")
        }
    }

    /// What is typed is the same in every language; only the remarks in it are not.
    @Test func thaiInstallationHasTheSameCommands() throws {
        func commands(_ document: String) throws -> [[String]] {
            try Self.text(of: document).blocks.map { block in
                block.lines.map(\.text).filter { !$0.hasPrefix("#") }
            }
        }
        let english = try commands("docs/installation.md")
        #expect(try commands("docs/installation.th.md") == english)
        #expect(english.count > 10)
    }

    /// Lines of a shell, and what is wrong with them.
    static let lines: [(code: String, mistake: String?)] = [
        ("sudo lpr-appliance setup-code", nil), ("sudo -u lpr-appliance lpr-appliance restore", nil),
        ("copy=$(lpr-appliance backup)", nil), ("lpr-appliance storage  # use by class", nil),
        ("lpr-appliance device key add gate-1 \"$(cat key.pub)\"", nil), ("lpr-appliance --version", nil),
        ("journalctl -u lpr-appliance --since today", nil), ("0 3 * * * /usr/bin/lpr-appliance backup", nil),
        ("lpr-appliance upstream add-site SITE --url …", nil),
        ("lpr-appliance setup", "there is no command 'setup'"),
        ("sudo lpr-appliance device remove gate-1", "there is no command 'device remove'"),
        ("x=$(lpr-appliance device add a --nam b)", "'device add' has no option --nam"),
        ("lpr-appliance --verbose", "'' has no option --verbose"),
        ("lpr-appliance config example --data x", "'config example' has no option --data"),
    ]

    @Test(arguments: lines) func mistakeIsFound(code: String, mistake: String?) async throws {
        let mentions = CommandMentions(surface: try await .ofTheProgram())
        #expect(mentions.mistakes(in: code) == (mistake.map { [$0] } ?? []))
    }

    @Test func documentIsRead() {
        let text = MarkdownText(
            """
            # The `disk`: how much?
            See [there](a.md#b-c) and ![this](d/e.png), `one` and `two`.
            - list
              ```sh
              first
                second
              ```
            ## ไทย ๒ and_so
            """)
        #expect(text.anchors == ["the-disk-how-much", "ไทย-๒-and_so"])
        #expect(text.links.map(\.text) == ["a.md#b-c", "d/e.png"])
        #expect(text.spans.map(\.text) == ["disk", "one", "two"])
        #expect(
            text.blocks == [
                .init(language: "sh", lines: [.init(number: 5, text: "first"), .init(number: 6, text: "  second")])
            ])
    }
}
