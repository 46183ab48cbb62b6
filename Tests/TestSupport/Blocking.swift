import Dispatch

/// Runs blocking code on a thread of its own, so that it never holds one of the few threads that tasks share.
///
/// What it finds it has to give back or throw: an `#expect` on that thread would belong to no test.
public func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "blocking test").async {
            continuation.resume(with: Result { try body() })
        }
    }
}
