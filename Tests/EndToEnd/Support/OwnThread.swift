import Dispatch

/// Runs blocking code on a thread of its own, so that it never holds one of the few threads that tasks share.
///
/// What it finds wrong it has to throw: an `#expect` on that thread would belong to no test.
func onOwnThread<Value: Sendable>(
    _ name: String = "end-to-end", _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: name).async {
            continuation.resume(with: Result { try body() })
        }
    }
}
