#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A directory of its own below another one, gone with all that is in it when nobody needs it any more.
final class ScratchDirectory {
    let path: String

    init(below parent: String) throws(BenchmarkError) {
        var template = Array("\(parent)/lpr-benchmarks.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw BenchmarkError("cannot make a directory below \(parent): \(String(cString: strerror(errno)))")
        }
        path = String(cString: made)
    }

    deinit {
        let removeOne:
            @convention(c) (UnsafePointer<CChar>?, UnsafePointer<stat>?, Int32, UnsafeMutablePointer<FTW>?)
                -> Int32 = { path, _, _, _ in
                    if let path { remove(path) }
                    return 0
                }
        _ = nftw(path, removeOne, 16, Int32(FTW_DEPTH.rawValue | FTW_PHYS.rawValue))
    }
}
