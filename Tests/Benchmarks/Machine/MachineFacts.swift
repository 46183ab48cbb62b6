#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What else goes on: milliseconds mean little without it.
enum MachineFacts {
    /// Programs that run or wait for a processor or the disk, over the last minute.
    static var loadAverage: Double {
        var averages: [Double] = [0]
        return getloadavg(&averages, 1) == 1 ? averages[0] : 0
    }
}
