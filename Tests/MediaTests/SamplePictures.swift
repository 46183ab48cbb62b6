import CTurboJPEG
import Testing

@testable import Media

/// Pictures made on the spot.
enum Sample {
    /// A picture whose pixels differ from place to place, so that a wrong turn or a shift shows.
    static func pixels(width: Int, height: Int, channels: Int = 3) -> PixelBuffer {
        var samples: [UInt8] = []
        samples.reserveCapacity(width * height * channels)
        for row in 0..<height {
            for column in 0..<width {
                samples.append(UInt8(truncatingIfNeeded: column * 255 / width))
                if channels == 3 {
                    samples.append(UInt8(truncatingIfNeeded: row * 255 / height))
                    samples.append(UInt8(truncatingIfNeeded: (row / 8 ^ column / 8) * 16))
                }
            }
        }
        return PixelBuffer(width: width, height: height, channels: channels, samples: samples)
    }

    static func jpeg(width: Int, height: Int, channels: Int = 3, progressive: Bool = false) throws -> [UInt8] {
        try jpeg(pixels(width: width, height: height, channels: channels), flags: progressive ? TJFLAG_PROGRESSIVE : 0)
    }

    static func jpeg(_ pixels: PixelBuffer, flags: Int32 = 0) throws -> [UInt8] {
        let handle = try #require(tjInitCompress())
        defer { tjDestroy(handle) }
        var start: UnsafeMutablePointer<UInt8>?
        var length: UInt = 0
        defer { tjFree(start) }
        let isGrey = pixels.channels == 1
        let result = tjCompress2(
            handle,
            pixels.samples,
            Int32(pixels.width),
            0,
            Int32(pixels.height),
            Int32(isGrey ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue),
            &start,
            &length,
            Int32(isGrey ? TJSAMP_GRAY.rawValue : TJSAMP_420.rawValue),
            90,
            flags
        )
        #expect(result == 0)
        return Array(UnsafeBufferPointer(start: start, count: Int(length)))
    }

    /// `jpeg` with an EXIF segment that holds one entry.
    static func oriented(_ jpeg: [UInt8], _ orientation: UInt8, littleEndian: Bool = false) -> [UInt8] {
        let tiff: [UInt8] =
            littleEndian
            ? [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
            : [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
        let payload = Array("Exif\0\0".utf8) + tiff
        return jpeg.prefix(2) + [0xFF, 0xE1, 0, UInt8(payload.count + 2)] + payload + jpeg.dropFirst(2)
    }

    /// The header of a JPEG up to its first scan, without picture data.
    static func jpegHeader(
        width: Int,
        height: Int,
        frame: UInt8 = 0xC0,
        precision: UInt8 = 8,
        frameComponents: UInt8 = 3,
        sampling: UInt8 = 0x11,
        scanComponents: UInt8 = 3
    ) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0xD8, 0xFF, frame, 0, 8 + 3 * frameComponents, precision]
        bytes += big(height, 2) + big(width, 2) + [frameComponents]
        for id in 0..<frameComponents { bytes += [id + 1, sampling, 0] }
        bytes += [0xFF, 0xDA, 0, 6 + 2 * scanComponents, scanComponents]
        for id in 0..<scanComponents { bytes += [id + 1, 0] }
        return bytes + [0, 63, 0]
    }

    static func png(
        width: Int,
        height: Int,
        depth: UInt8 = 8,
        colour: UInt8 = 2,
        chunks: [(type: String, data: [UInt8])] = []
    ) -> [UInt8] {
        let header = big(width, 4) + big(height, 4) + [depth, colour, 0, 0, 0]
        var bytes = PNGHeader.magic + chunk("IHDR", header)
        for (type, data) in chunks { bytes += chunk(type, data) }
        return bytes + chunk("IDAT", [0x78, 0x9C]) + chunk("IEND", [])
    }

    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let checked = Array(type.utf8) + data
        return big(data.count, 4) + checked + big(Int(PNGHeader.checksum(checked[...])), 4)
    }

    static func webP(_ chunks: [(type: String, data: [UInt8])]) -> [UInt8] {
        var body: [UInt8] = []
        for (type, data) in chunks {
            body += Array(type.utf8) + little(data.count, 4) + data
            // Chunks are padded to even lengths.
            if data.count % 2 == 1 { body.append(0) }
        }
        return Array("RIFF".utf8) + little(body.count + 4, 4) + Array("WEBP".utf8) + body
    }

    static func lossy(width: Int, height: Int) -> [UInt8] {
        [0x10, 0, 0, 0x9D, 0x01, 0x2A] + little(width, 2) + little(height, 2) + [0, 0, 0]
    }

    static func lossless(width: Int, height: Int) -> [UInt8] {
        [0x2F] + little((width - 1) | (height - 1) << 14, 4) + [0, 0]
    }

    static func canvas(width: Int, height: Int, flags: UInt8 = 0) -> [UInt8] {
        [flags, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)
    }

    static func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func little(_ value: Int, _ count: Int) -> [UInt8] { big(value, count).reversed() }
}
