import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How many files and connections this process may have open. Systems give a program 1,024 at first and let it ask for
/// more; connections would take them all, and then no picture could be written.
enum DescriptorLimit {
    /// For the database, pictures, listening sockets, the admin socket and the system.
    static let otherDescriptors = 256

    /// Asks for what is needed.
    /// - Returns: how many connections may be open at once: `connections`, or fewer where the system gives less.
    static func raise(forConnections connections: Int, logger: Logger) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return connections }
        let needed = rlim_t(connections + otherDescriptors)
        if limit.rlim_cur < needed {
            limit.rlim_cur = min(needed, limit.rlim_max)
            setrlimit(resource, &limit)
            getrlimit(resource, &limit)
        }
        guard limit.rlim_cur < needed else { return connections }
        // A limit below what is needed beside connections is nothing to work with; half of it is tried.
        let available = Int(limit.rlim_cur)
        let allowed = max(available - otherDescriptors, available / 2)
        logger.warning(
            "fewer connections than http.max_connections: the system lets this process open few files",
            metadata: ["connections": "\(allowed)", "open_files": "\(available)"])
        return allowed
    }
}
