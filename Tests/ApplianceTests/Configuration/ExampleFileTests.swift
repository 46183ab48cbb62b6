import Testing

@testable import Appliance

@Suite struct ExampleFileTests {
    /// The example as it lies at the top of the repository.
    static func example() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let bytes = try ConfigurationFile.read("/\(root)/appliance.conf.example")
        return try #require(String(validating: bytes, as: UTF8.self))
    }

    @Test func isWhatTheTableOfKeysSays() throws {
        #expect(try Self.example() == ApplianceConfiguration.documentedExample())
    }

    @Test func loadsAsItIs() throws {
        let directory = try ScratchDirectory()
        let configuration = try load(file: directory.write(Self.example()))
        #expect(Set(configuration.sources.keys) == ["site.timezone"])
        #expect(configuration.site.timezone == "Asia/Bangkok")
    }

    @Test func uncommentedItSetsEveryKeyToItsDefault() throws {
        let directory = try ScratchDirectory()
        let lines = try Self.example().split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let setting = line.hasPrefix("# ") ? line.dropFirst(2) : line
            // A setting is a name of lower case letters and underscores before an equals sign; all else is prose.
            let name = setting.prefix { $0.isLowercase || $0 == "_" }
            return !name.isEmpty && setting.dropFirst(name.count).hasPrefix(" = ") ? setting : line
        }
        let configuration = try load(file: directory.write(lines.joined(separator: "\n")))
        let defaults = ApplianceConfiguration(host: ApplianceConfiguration.exampleHost)
        for key in ConfigurationKey.all {
            #expect(configuration.source(of: key.name) != .default, "\(key.name) is missing")
            #expect(key.literal(in: configuration) == key.suggestion ?? key.literal(in: defaults), "\(key.name)")
        }
    }

    @Test func everyKeyHasItsDefaultFormAndVariable() throws {
        let blocks = try Self.example().split(separator: "\n\n").map(String.init)
        for key in ConfigurationKey.all {
            let block = try #require(blocks.first { $0.contains("# Environment: \(key.environmentName)\n") })
            #expect(block.contains("# Default: "), "\(key.name)")
            #expect(block.contains("# Value: "), "\(key.name)")
            #expect(block.contains("\n\(key.leaf) = ") || block.contains("\n# \(key.leaf) = "), "\(key.name)")
        }
    }

    @Test func tableIsWellFormed() {
        let keys = ConfigurationKey.all
        #expect(Set(keys.map(\.name)).count == keys.count)
        #expect(Set(keys.map(\.environmentName)).count == keys.count)
        #expect(!keys.map(\.environmentName).contains("LPR_CONFIG"))
        #expect(Set(keys.compactMap(\.section)) == Set(ConfigurationKey.sectionMeanings.keys))
        // A section that is opened twice would not be valid TOML.
        let sections = keys.map { $0.section ?? "" }
        let openings = sections.indices.filter { $0 == 0 || sections[$0] != sections[$0 - 1] }
        #expect(openings.count == Set(sections).count)
        for key in keys {
            #expect(key.meaning.hasSuffix("."), "\(key.name)")
        }
    }

    @Test func defaultsKeepTheRules() throws {
        #expect(try load().sources.isEmpty)
    }
}
