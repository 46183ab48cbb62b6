import CLibPQ

/// libpq as it is loaded now, which may be newer than the one that this was built with.
public enum PostgresLibrary {
    /// Such as `15.18`.
    public static var version: String {
        // 150018 is 15.18.
        let number = PQlibVersion()
        return "\(number / 10_000).\(number % 10_000)"
    }
}
