import Dispatch

/// Runs what blocks on a thread of its own, so that it never holds one of the few threads that tasks share.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: "doctor").async { continuation.resume(returning: body()) }
    }
}

/// How many times its usual time each wait of the doctor has. It is 1 but for tests that share two processors with a
/// thousand others.
enum Patience {
    @TaskLocal static var factor = 1
}

/// The value of `work`, or nil when it is not there in time.
///
/// Work that is late is left behind, outside of the tasks that are waited for: a call that hangs in the kernel, on a
/// disk that dies, cannot be called off.
func withDeadline<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async -> Value
) async -> Value? {
    let limit = limit * Patience.factor
    let (values, first) = AsyncStream<Value?>.makeStream(bufferingPolicy: .bufferingOldest(1))
    let worker = Task { first.yield(await work()) }
    let alarm = Task {
        try? await Task.sleep(for: limit)
        first.yield(nil)
    }
    defer {
        worker.cancel()
        alarm.cancel()
    }
    for await value in values { return value }
    return nil
}
