import CLibPQ

/// Where the central database is: a `postgresql://` address, taken apart by libpq itself.
///
/// Several hosts are several entries of `hosts`, which are tried in their order; each with the port at its place.
public struct ConnectionURL: Sendable, Hashable {
    /// Why a text is no address. Never repeats the text, which may hold a password (invariant 6).
    public struct Mistake: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    struct Host: Sendable, Hashable {
        /// Name, address, or directory of a socket; empty for libpq's default.
        var name: String
        /// `hostaddr`: spares the look-up of the name.
        var address: String?
        var port: String
    }

    let hosts: [Host]
    /// All that the address sets, without hosts and ports.
    let options: [String: String]

    /// Whether a password stands in the address itself.
    public var hasPassword: Bool { options["password"]?.isEmpty == false }
    public var user: String? { options["user"] }
    /// The database; libpq takes the user's name when none is named.
    public var database: String { options["dbname"] ?? options["user"] ?? "" }

    /// Where the servers are in the network, in the order in which they are tried; those that are reached by a socket
    /// on this machine are left out.
    public var places: [(host: String, port: Int)] {
        hosts.compactMap { host in
            let name = host.address ?? (host.name.isEmpty ? "localhost" : host.name)
            guard !name.hasPrefix("/"), !name.hasPrefix("@"), let port = Int(host.port) else { return nil }
            return (name, port)
        }
    }

    /// `host:port/dbname`, all hosts; safe to show.
    public var server: String { hosts.map(\.text).joined(separator: ",") + "/" + database }

    /// - Throws: `Mistake` when libpq does not understand it, or when it names another number of ports than of hosts.
    public init(_ text: String) throws(Mistake) {
        guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
            throw Mistake(description: "the address does not begin with postgresql://")
        }
        let found = try Self.parse(text)
        hosts = try Self.hosts(found)
        options = found.filter { !["host", "hostaddr", "port"].contains($0.key) }
    }

    private static func parse(_ text: String) throws(Mistake) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        let list = PQconninfoParse(text, &message)
        defer {
            PQconninfoFree(list)
            PQfreemem(message)
        }
        guard let list else {
            // Its words may quote the address, and a password with it.
            throw Mistake(
                description: "the address cannot be read: it has the form postgresql://USER@HOST:PORT/DATABASE?KEY="
                    + "VALUE, special characters written as %XX")
        }
        var found: [String: String] = [:]
        var option = list
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return found
    }

    private static func hosts(_ found: [String: String]) throws(Mistake) -> [Host] {
        func list(_ key: String) -> [String] {
            found[key].map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? []
        }
        let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"))
        let count = max(names.count, addresses.count, 1)
        guard names.isEmpty || names.count == count, addresses.isEmpty || addresses.count == count,
            ports.count <= 1 || ports.count == count
        else { throw Mistake(description: "the address does not name as many ports as hosts") }
        return (0..<count).map { place in
            let port = ports.isEmpty ? "" : ports[ports.count == 1 ? 0 : place]
            return Host(
                name: names.isEmpty ? "" : names[place],
                address: addresses.isEmpty || addresses[place].isEmpty ? nil : addresses[place],
                port: port.isEmpty ? "5432" : port)
        }
    }
}

extension ConnectionURL.Host {
    /// As people write it.
    var text: String {
        let place = name.isEmpty ? address ?? "localhost" : name
        return place.contains(":") ? "[\(place)]:\(port)" : "\(place):\(port)"
    }
}
