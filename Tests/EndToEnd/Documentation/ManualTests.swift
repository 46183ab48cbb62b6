import Testing

/// The manual pages say what the program has, and nothing else.
@Suite(.timeLimit(.minutes(45))) struct ManualTests {
    private static func page(_ name: String) throws -> String {
        let bytes = try #require(contents(of: Place.package + "/packaging/man/" + name), "there is no \(name)")
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func commandsAndOptionsAreThoseOfTheProgram() async throws {
        let program = try await CommandSurface.ofTheProgram().commands
        let manual = try ManualPage(source: Self.page("lpr-appliance.1")).surface.commands
        #expect(program.count > 20, "the program tells all of its commands")
        for name in Set(program.keys).union(manual.keys).sorted() {
            #expect(manual[name] == program[name], "\(name): left the page, right the program")
        }
    }

    @Test func sectionsAreThoseOfTheConfiguration() async throws {
        let keys = try await ConfigurationNames.ofTheProgram()
        let sections = try Self.page("appliance.conf.5").split(separator: "\n")
            .filter { $0.hasPrefix(".It Bq Cm ") }.map { String($0.dropFirst(".It Bq Cm ".count)) }
        #expect(sections.sorted() == keys.sections.sorted())
    }

    static let sample = """
        .Sh OPTIONS
        .Cm config example :
        .Bl -tag
        .It Fl -data Ar directory
        .El
        .Sh COMMANDS
        .Bl -tag
        .It Cm device add Ar device-id
        .Bl -tag
        .It Fl -name Ar name
        .It Fl -renew-key
        .El
        .It Cm config example
        .El
        """

    @Test func pageIsRead() throws {
        let surface = try ManualPage(source: Self.sample).surface
        #expect(
            surface.commands == [
                "device add": .init(operands: 1, options: ["data": true, "name": true, "renew-key": false]),
                "config example": .init(),
            ])
    }

    /// What has to be noticed, by what is put in the place of what.
    static let mistakes = [
        (".It Fl -renew-key", ".It Fl -name"), (".It Fl -renew-key", ".It renew-key"),
        (".It Cm config example\n", ".It Cm device add\n"), (".Cm config example :", ".Cm config exampel :"),
    ]

    @Test(arguments: mistakes) func mistakeIsNoticed(right: String, wrong: String) {
        let source = Self.sample.replacing(right, with: wrong)
        #expect(source != Self.sample)
        #expect(throws: TestFailure.self) { try ManualPage(source: source) }
    }
}
