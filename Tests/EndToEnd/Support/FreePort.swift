import TestSupport

/// Free ports for servers that these tests start.
enum FreePort {
    static func pick() throws -> UInt16 { try LoopbackPort.pick() }
}
