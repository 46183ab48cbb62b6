import Testing

@testable import Appliance

@Suite struct RuleTests {
    @Test(arguments: [("LPR_TLS_CERTIFICATE", "tls.key"), ("LPR_TLS_KEY", "tls.certificate")])
    func certificateAndKeyBelongTogether(variable: String, missing: String) throws {
        let found = try problems(environment: [variable: "/x.pem"])
        #expect(found.count == 1)
        #expect(found.first?.source == .environment(variable: variable))
        #expect(found.first?.wrong == "\(missing) is missing beside it")
    }

    @Test func pictureMustFitIntoRequest() throws {
        let found = try problems(environment: ["LPR_HTTP_MAX_BODY": "4MiB"])
        #expect(found.map(\.key) == ["http.max_body"])
        #expect(found.first?.wrong.contains("8MiB") == true)
        #expect(throws: Never.self) {
            try load(environment: ["LPR_HTTP_MAX_BODY": "4MiB", "LPR_MEDIA_MAX_PICTURE": "4MiB"])
        }
    }

    @Test func ruleIsSilentAboutValuesThatAreWrongThemselves() throws {
        let found = try problems(environment: ["LPR_TLS_CERTIFICATE": "relative", "LPR_TLS_KEY": "/k"])
        #expect(found.map(\.key) == ["tls.certificate"])
    }

    @Test(arguments: [
        ("Asia/Bangkok", true), ("UTC", true), ("Asia/Bangkokk", false), ("zone.tab", false), ("Asia", false),
    ])
    func timeZoneMustBeInTheDatabase(name: String, isKnown: Bool) throws {
        let directory = try ScratchDirectory()
        // A compiled zone begins with TZif; the directory holds tables in plain text as well.
        _ = try directory.write("TZif2", as: "Bangkok")
        _ = try directory.write("# table", as: "table")
        var host = ConfigurationHost.bare
        host.zoneInformation = directory.path
        #expect(host.knowsTimeZone("Bangkok"))
        #expect(!host.knowsTimeZone("table"))
        #expect(!host.knowsTimeZone("Bangkokk"))
        #expect(host.knowsTimeZone("UTC"))

        let current = ConfigurationHost.current
        guard current.zoneInformation != nil else { return }
        if isKnown {
            #expect(try load(environment: ["LPR_SITE_TIMEZONE": name], host: current).site.timezone == name)
        } else {
            #expect(
                try problems(environment: ["LPR_SITE_TIMEZONE": name], host: current).map(\.key) == ["site.timezone"]
            )
        }
    }

    @Test func withoutDatabaseEveryWellFormedZoneIsAccepted() throws {
        #expect(try load(environment: ["LPR_SITE_TIMEZONE": "Mars/Olympus"]).site.timezone == "Mars/Olympus")
    }

    @Test(arguments: [
        ("gate-1.example.com", "gate-1"), ("GATE", "GATE"), ("", "lpr-appliance"), (".local", "lpr-appliance"),
        ("a b", "a-b"), ("ประตู", "-----"), (String(repeating: "h", count: 64), String(repeating: "h", count: 50)),
    ]) func hostNameBecomesSiteID(hostName: String, expected: String) throws {
        #expect(ConfigurationHost.siteID(hostName: hostName) == expected)
        #expect(try load(environment: ["LPR_SITE_ID": expected]).site.id == expected)
    }
}
