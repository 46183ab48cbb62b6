import CTurboJPEG

/// The part of libjpeg-turbo that thumbnails need, by the functions that TurboJPEG 2.1 and 3.x share.
enum TurboJPEG {
    /// What the library said, for the log.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// Decodes a JPEG, scaled down by 1, 2, 4 or 8 while decoding (which saves most of the work), so that the longer
    /// side is still at least `side`, or the picture is whole.
    ///
    /// A damaged body throws, also where the library could guess the rest: what it guesses is grey, and a wrong
    /// body can cost much time.
    static func decode(_ bytes: [UInt8], header: PictureHeader, longerSideAtLeast side: Int) throws(Failure)
        -> PixelBuffer
    {
        guard let handle = tjInitDecompress() else { throw failure(nil) }
        defer { tjDestroy(handle) }

        var width: Int32 = 0
        var height: Int32 = 0
        var subsampling: Int32 = 0
        var colours: Int32 = 0
        let length = UInt(bytes.count)
        guard tjDecompressHeader3(handle, bytes, length, &width, &height, &subsampling, &colours) == 0 else {
            throw failure(handle)
        }
        // Limits were checked on our own reading of the header; it has to be the one that is decoded.
        guard Int(width) == header.width, Int(height) == header.height else {
            throw Failure(description: "the decoder reads another size than the header check")
        }

        let divisor = [8, 4, 2].first { (max(header.width, header.height) + $0 - 1) / $0 >= side } ?? 1
        let scaledWidth = (header.width + divisor - 1) / divisor
        let scaledHeight = (header.height + divisor - 1) / divisor
        let isGrey = colours == Int32(TJCS_GRAY.rawValue)
        let channels = isGrey ? 1 : 3
        let layout = Int32(isGrey ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue)
        let count = scaledWidth * scaledHeight * channels
        var result: Int32 = -1
        let samples = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            result = tjDecompress2(
                handle,
                bytes,
                length,
                buffer.baseAddress,
                Int32(scaledWidth),
                0,
                Int32(scaledHeight),
                layout,
                TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_FASTUPSAMPLE
            )
            filled = result == 0 ? count : 0
        }
        guard result == 0 else { throw failure(handle) }
        return PixelBuffer(width: scaledWidth, height: scaledHeight, channels: channels, samples: samples)
    }

    /// Decodes a part of a JPEG at its full size. The part is first taken out without loss at the borders of the
    /// blocks around it, so that only those are decoded.
    ///
    /// - Parameter area: in the picture as it is stored; lies inside.
    static func decode(_ bytes: [UInt8], header: PictureHeader, area: PlateCrop.Area) throws(Failure) -> PixelBuffer {
        guard let handle = tjInitTransform() else { throw failure(nil) }
        defer { tjDestroy(handle) }
        // A multiple of the blocks of every subsampling.
        let block = 32
        let x = area.x.lowerBound / block * block
        let y = area.y.lowerBound / block * block
        var transform = tjtransform()
        transform.r = tjregion(
            x: Int32(x), y: Int32(y), w: Int32(area.x.upperBound - x), h: Int32(area.y.upperBound - y))
        transform.op = Int32(TJXOP_NONE.rawValue)
        transform.options = TJXOPT_CROP | TJXOPT_COPYNONE
        var start: UnsafeMutablePointer<UInt8>?
        var length: UInt = 0
        defer { tjFree(start) }
        let result = tjTransform(
            handle, bytes, UInt(bytes.count), 1, &start, &length, &transform, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
        guard result == 0, let start, length > 0 else { throw failure(handle) }
        let part = Array(UnsafeBufferPointer(start: start, count: Int(length)))
        let partHeader: PictureHeader
        do throws(PictureProblem) {
            partHeader = try PictureHeader.read(part)
        } catch {
            throw Failure(description: "the part is no picture: \(error)")
        }
        let pixels = try decode(part, header: partHeader, longerSideAtLeast: .max)
        guard area.x.upperBound - x <= pixels.width, area.y.upperBound - y <= pixels.height else {
            throw Failure(description: "the part is smaller than what was asked for")
        }
        return pixels.cut(
            PlateCrop.Area(
                x: (area.x.lowerBound - x)..<(area.x.upperBound - x),
                y: (area.y.lowerBound - y)..<(area.y.upperBound - y)))
    }

    /// - Parameter quality: 1…100.
    static func encode(_ pixels: PixelBuffer, quality: Int) throws(Failure) -> [UInt8] {
        guard let handle = tjInitCompress() else { throw failure(nil) }
        defer { tjDestroy(handle) }

        let layout = Int32(pixels.channels == 1 ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue)
        let subsampling = Int32(pixels.channels == 1 ? TJSAMP_GRAY.rawValue : TJSAMP_420.rawValue)
        let capacity = tjBufSize(Int32(pixels.width), Int32(pixels.height), subsampling)
        // The function says −1, which is the largest unsigned number, when it refuses the size.
        guard capacity > 0, capacity < UInt(Int32.max) else { throw Failure(description: "no buffer size") }
        var result: Int32 = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(capacity)) { buffer, filled in
            var start = buffer.baseAddress
            var length = capacity
            // Without reallocation the library writes into the array's own memory and never beyond it.
            result = tjCompress2(
                handle,
                pixels.samples,
                Int32(pixels.width),
                0,
                Int32(pixels.height),
                layout,
                &start,
                &length,
                subsampling,
                Int32(quality),
                TJFLAG_NOREALLOC
            )
            filled = result == 0 ? Int(length) : 0
        }
        guard result == 0 else { throw failure(handle) }
        return bytes
    }

    private static func failure(_ handle: tjhandle?) -> Failure {
        Failure(description: tjGetErrorStr2(handle).map { String(cString: $0) } ?? "unknown error")
    }
}
