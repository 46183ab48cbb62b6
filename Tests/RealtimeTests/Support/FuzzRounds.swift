import Foundation

/// How many inputs the random tests try in all: `LPR_FUZZ_ROUNDS`, or as many as take some seconds.
enum FuzzRounds {
    static let all = ProcessInfo.processInfo.environment["LPR_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 30_000

    /// A part of them.
    static func percent(_ share: Int) -> Int { max(1, all / 100 * share) }
}
