import CZlib

/// zlib's gzip form, wrapped once.
enum Gzip {
    /// Fast rather than small: a page of events shrinks to a sixth already at level 4.
    private static let level: Int32 = 4
    /// 15 bits of window, and 16 for the gzip header instead of zlib's.
    private static let gzipWindowBits: Int32 = 15 + 16

    /// Nil when zlib has no memory.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, gzipWindowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input -> [UInt8]? in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            let bound = Int(deflateBound(&stream, UInt(input.count)))
            return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? output.count - Int(stream.avail_out) : 0
            }
        }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Parameter length: the size of the content, which the caller knows and trusts.
    static func decompress(_ bytes: UnsafeBufferPointer<UInt8>, length: Int) -> [UInt8]? {
        var stream = z_stream()
        guard
            inflateInit2_(&stream, gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.avail_in = UInt32(bytes.count)
        var isWhole = false
        let content = [UInt8](unsafeUninitializedCapacity: length) { output, count in
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
            count = output.count - Int(stream.avail_out)
        }
        return isWhole ? content : nil
    }
}
