import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Binary messages in the text of polling payloads.
enum Base64Text {
    static func encode(_ bytes: ByteBufferView) -> [UInt8] {
        Array(Data(bytes).base64EncodedData())
    }

    /// The bytes; nil when the text is no base64.
    static func decode(_ text: ByteBuffer) -> ByteBuffer? {
        Data(base64Encoded: Data(text.readableBytesView)).map { ByteBuffer(bytes: $0) }
    }
}
