/// Why a test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension TestFailure {
    /// A call of the system that failed.
    static func system(_ operation: String, _ number: Int32 = errno) -> TestFailure {
        TestFailure("\(operation): \(String(cString: strerror(number)))")
    }
}
