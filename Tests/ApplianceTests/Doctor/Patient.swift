import Testing

@testable import Appliance

/// Waits of the doctor do not end because other tests have the processors.
struct Patient: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Patience.$factor.withValue(300) { try await function() }
    }
}

extension Trait where Self == Patient {
    static var patient: Self { Self() }
}
