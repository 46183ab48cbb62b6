import ArgumentParser
import Upstream

/// `upstream add-site`
struct UpstreamAddSiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-site",
        abstract: "Lets a box in at the central database, with a role of its own; prints its password, once.",
        discussion: "The role sees and changes the rows of its site, and nothing else.")

    @OptionGroup var options: CentreOptions

    @Argument(help: "The site: 'site.id' of the box.")
    var site: String
    @Option(help: "What people call the site.")
    var name: String?
    @Option(help: "The name to log in with. Default: lpr_ and the site.")
    var role: String?
    @Flag(help: "Give a role that is there a new password; the box needs it from then on.")
    var newPassword = false

    func run() async throws {
        let new: NewSite
        do {
            new = try NewSite(siteID: site, role: role, name: name)
        } catch {
            Console.error(error.description)
            throw ExitCode(ExitStatus.usage)
        }
        var generator = SystemRandomNumberGenerator()
        let password = SitePassword.random(using: &generator)
        let verifier = SitePassword.verifier(password, salt: SitePassword.randomSalt(using: &generator))
        if options.sql {
            Console.print("\\set ON_ERROR_STOP on\n" + new.script(verifier: verifier, replacesPassword: newPassword))
            // Not into the file that the SQL is written to.
            Console.error("password of \(new.role), once the SQL has run: \(password)")
            return
        }
        try options.run { connection in
            guard try new.add(to: connection, verifier: verifier, replacesPassword: newPassword) else {
                Console.print("site \(site) is let in as \(new.role) already; its password stays (--new-password)")
                return
            }
            Console.print(text(new, password, connection))
        }
    }

    private func text(_ new: NewSite, _ password: String, _ connection: PostgresConnection) -> String {
        """
        site \(site) is let in as \(new.role)
        password: \(password)

        On the box, put the password alone into /etc/lpr-appliance/upstream.password, for the appliance's user only, \
        and into appliance.conf:

        [upstream]
        url = "postgresql://\(new.role)@\(connection.server)?sslmode=verify-full"
        password_file = "/etc/lpr-appliance/upstream.password"
        """
    }
}
