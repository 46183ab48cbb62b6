import Testing

/// Every example of the documentation that is marked is run as it stands, against a fresh appliance.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct DocumentationTests {
    @Test(arguments: ["README.md", "docs/api.md", "docs/communication.md", "docs/installation.md", "docs/storage.md"])
    func examplesWork(document: String) async throws {
        let path = Place.package + "/" + document
        let bytes = try #require(contents(of: path), "there is no \(document)")
        let examples = try DocumentedExamples(markdown: String(decoding: bytes, as: UTF8.self), name: document)
        #expect(!examples.blocks.isEmpty, "no example of \(document) is marked with \(DocumentedExamples.mark)")
        let result = try await examples.run()
        #expect(result.ending == .exited(0), "\(result.output)\n\(result.errors)")
    }

    static let sample = """
        # A sample

        <!-- test -->
        ```sh
        curl -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
            -d '{"event_id": "sample-1", "license_plate": "1กก 1234", "confidence": 0.9}' $ADDRESS/api/lpr/events
        ```

        Not run:

        ```sh
        exit 7
        ```

        * in a list:

          <!-- test -->

          ```sh
          curl -F 'event={"license_plate": "2ขข 5678"}' -F image=@car.jpg -H "X-API-Key: $KEY" $ADDRESS/api/lpr/events
          curl -fsSG -H "X-API-Key: $ADMIN" --data-urlencode plate=1กก1234 $ADDRESS/api/lpr/events | grep sample-1
          lpr-appliance device list | grep gate-1
          ```
        """

    @Test func sampleIsRun() async throws {
        let examples = try DocumentedExamples(markdown: Self.sample, name: "sample")
        #expect(examples.blocks.map(\.line) == [4, 19])
        #expect(examples.blocks.last?.script.hasPrefix("curl -F") == true)
        let result = try await examples.run()
        #expect(result.ending == .exited(0), "\(result.output)\n\(result.errors)")
        #expect(result.output.contains("\"event_id\":\"sample-1\""))
    }

    /// Examples that are wrong, and where that shows.
    static let wrong = [
        "curl -H \"X-API-Key: $KEY\" -d 'no json' $ADDRESS/api/lpr/events", "curl $ADDRESS/api/nothing", "false",
        "exit 3",
        "curl $ADDRESS/api/health | grep -q nonsense", "curl $ADDRESS/api/nothing | cat", "echo $UNKNOWN",
        "lpr-appliance device add gate-1",
    ]

    @Test(arguments: wrong) func wrongExampleIsFound(script: String) async throws {
        let markdown = "<!-- test -->\n```sh\ntrue\n```\n\n<!-- test -->\n```sh\n\(script)\n```\n"
        let result = try await DocumentedExamples(markdown: markdown, name: "wrong.md").run()
        #expect(result.ending != .exited(0))
        #expect(result.errors.contains("example at wrong.md:7"))
        #expect(!result.errors.contains("example at wrong.md:2 failed"))
    }

    /// Marks that mark nothing.
    static let loose = [
        "<!-- test -->\ntext", "<!-- test -->\n```json\n{}\n```", "<!-- test -->", "<!-- test -->\n```sh\ntrue",
    ]

    @Test(arguments: loose) func looseMarkIsAnError(markdown: String) {
        #expect(throws: TestFailure.self) { try DocumentedExamples(markdown: markdown, name: "loose.md") }
    }
}
