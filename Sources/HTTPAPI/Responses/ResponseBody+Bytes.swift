import Hummingbird
import NIOCore

extension ResponseBody {
    init(bytes: [UInt8]) {
        self.init(byteBuffer: ByteBuffer(bytes: bytes))
    }
}
