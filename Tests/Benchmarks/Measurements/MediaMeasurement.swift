import CTurboJPEG
import Domain
import Media

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Pictures reduced on one core, by the processor time of the thread: other programs on the machine do not count.
enum MediaMeasurement {
    private static let width = 4_000
    private static let height = 3_000

    static func run(_ report: inout Report) throws {
        let picture = try jpeg()
        report.note("JPEG of 12 megapixels", Double(picture.count) / 1_048_576, "MiB")
        var best = Double.infinity
        for _ in 0..<7 {
            let start = threadMilliseconds()
            let thumbnail = try Thumbnail.make(of: picture)
            best = min(best, threadMilliseconds() - start)
            guard thumbnail.count > 1_000 else { throw BenchmarkError("the thumbnail is empty") }
        }
        report.absolute("processor time of its thumbnail", best, "ms", .below(60))
    }

    private static func threadMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }

    /// Slopes, edges and grain, so that it has about as many bytes as one of a camera.
    private static func jpeg() throws(BenchmarkError) -> [UInt8] {
        var samples = [UInt8](repeating: 0, count: width * height * 3)
        var grain: UInt32 = 1
        for row in 0..<height {
            for column in 0..<width {
                grain = grain &* 1_664_525 &+ 1_013_904_223
                let noise = Int(grain >> 27)
                let edge = (row / 96 + column / 128) % 5 * 24
                let index = (row * width + column) * 3
                samples[index] = UInt8(clamping: column * 120 / width + edge + noise)
                samples[index + 1] = UInt8(clamping: row * 120 / height + edge + noise)
                samples[index + 2] = UInt8(clamping: 60 + edge / 2 + noise)
            }
        }
        guard let handle = tjInitCompress() else { throw BenchmarkError("no JPEG encoder") }
        defer { tjDestroy(handle) }
        var start: UnsafeMutablePointer<UInt8>?
        var length: UInt = 0
        defer { tjFree(start) }
        let result = tjCompress2(
            handle, samples, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &start, &length,
            Int32(TJSAMP_420.rawValue), 85, 0)
        guard result == 0, let start else { throw BenchmarkError("the JPEG cannot be made") }
        return Array(UnsafeBufferPointer(start: start, count: Int(length)))
    }
}
