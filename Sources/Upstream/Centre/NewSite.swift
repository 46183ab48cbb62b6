/// A site that is let in at the centre, with a role of its own to log in.
public struct NewSite: Sendable {
    /// Why a site cannot be named like this.
    public struct Mistake: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    public let siteID: String
    public let role: String
    public let name: String?

    /// - Parameters:
    ///   - siteID: `site.id` of the box, 1 to 50 of `A-Z a-z 0-9 . _ -`.
    ///   - role: the name to log in with; nil: `lpr_` and the site's id. At most 63 bytes.
    ///   - name: what people call the site.
    public init(siteID: String, role: String? = nil, name: String? = nil) throws(Mistake) {
        let role = role ?? "lpr_" + siteID
        guard Self.isWord(siteID, limit: 50) else {
            throw Mistake(description: "a site id is 1 to 50 of A-Z a-z 0-9 . _ -, as site.id of the box")
        }
        guard Self.isWord(role, limit: 63), !role.hasPrefix("pg_"), !["lpr_site", "lpr_reader"].contains(role) else {
            throw Mistake(description: "'\(role)' cannot be the role of a site: choose another with --role")
        }
        self.siteID = siteID
        self.role = role
        self.name = name
    }

    private static func isWord(_ text: String, limit: Int) -> Bool {
        (1...limit).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The most connections that a stolen password opens at once; the box needs two, and some that the server has not
    /// yet found to be dead.
    private static let connectionLimit = 10

    /// What lets the site in, in one transaction; may run again.
    /// - Parameters:
    ///   - verifier: of the password, see `SitePassword.verifier`; the password itself never gets to the server's log.
    ///   - replacesPassword: also when the role is there already.
    public func script(verifier: String, replacesPassword: Bool) -> String {
        let (role, site) = (SQLText.literal(role), SQLText.literal(siteID))
        return """
            BEGIN;
            SET LOCAL search_path = pg_catalog, pg_temp;
            SET LOCAL client_min_messages = warning;
            DO $lpr$
            DECLARE
                v_role name := \(role);
                v_site text := \(site);
                v_is_new boolean := NOT EXISTS (SELECT FROM pg_roles WHERE rolname = \(role));
            BEGIN
                IF EXISTS (SELECT FROM lpr.site_roles WHERE role = v_role AND site_id <> v_site) THEN
                    RAISE EXCEPTION 'role % speaks for another site', v_role;
                END IF;
                IF NOT v_is_new AND (
                    NOT pg_has_role(v_role, 'lpr_site', 'MEMBER')
                    OR EXISTS (SELECT FROM pg_roles WHERE rolname = v_role AND (rolsuper OR rolcreaterole)))
                THEN
                    RAISE EXCEPTION 'role % is there already, and is none of a site', v_role
                        USING HINT = 'Choose another name for the role.';
                END IF;
                INSERT INTO lpr.sites (site_id, name) VALUES (v_site, \(name.map(SQLText.literal) ?? "NULL"))
                ON CONFLICT (site_id) DO UPDATE SET name = coalesce(excluded.name, lpr.sites.name);
                IF v_is_new THEN
                    EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT \(Self.connectionLimit) IN ROLE lpr_site', v_role);
                END IF;
                IF v_is_new OR \(replacesPassword) THEN
                    EXECUTE format('ALTER ROLE %I PASSWORD %L', v_role, \(SQLText.literal(verifier)));
                END IF;
                INSERT INTO lpr.site_roles (role, site_id) VALUES (v_role, v_site) ON CONFLICT (role) DO NOTHING;
            END
            $lpr$;
            COMMIT;

            """
    }

    /// Lets the site in.
    /// - Returns: whether the password is now the one of `verifier`.
    public func add(
        to connection: PostgresConnection, verifier: String, replacesPassword: Bool
    ) throws(PostgresError) -> Bool {
        let isThere = try connection.query(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", [role], operation: "look for the role")
        do throws(PostgresError) {
            try connection.simple(
                script(verifier: verifier, replacesPassword: replacesPassword), operation: "add the site")
        } catch {
            if connection.isOpen { _ = try? connection.simple("ROLLBACK") }
            throw error
        }
        return replacesPassword || isThere.value == "f"
    }
}
