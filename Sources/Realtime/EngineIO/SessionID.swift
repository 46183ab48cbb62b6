#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Names of sessions: 144 random bits, because whoever knows one can speak for it.
enum SessionID {
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<18).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}
