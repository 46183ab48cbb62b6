/// Eight-bit samples in rows from top to bottom, without padding.
struct PixelBuffer: Equatable {
    let width: Int
    let height: Int
    /// Samples per pixel: 1 (grey) or 3 (red, green, blue).
    let channels: Int
    /// `width × height × channels` samples.
    let samples: [UInt8]
}

extension PixelBuffer {
    /// Scales down to `width` × `height`; each new pixel is the mean of the area it covers. No side may grow.
    func reduced(toWidth newWidth: Int, height newHeight: Int) -> PixelBuffer {
        precondition((1...width).contains(newWidth) && (1...height).contains(newHeight))
        if newWidth == width, newHeight == height { return self }
        return reducingRows(to: newWidth).reducingColumns(to: newHeight)
    }

    private func reducingRows(to newWidth: Int) -> PixelBuffer {
        let spans = Self.coverage(from: width, to: newWidth)
        var output = [UInt8](repeating: 0, count: newWidth * height * channels)
        for row in 0..<height {
            for (column, span) in spans.enumerated() {
                for channel in 0..<channels {
                    var sum: UInt32 = 0
                    var index = (row * width + span.first) * channels + channel
                    for weight in span.weights {
                        sum += UInt32(samples[index]) * weight
                        index += channels
                    }
                    output[(row * newWidth + column) * channels + channel] = UInt8(sum >> 16)
                }
            }
        }
        return PixelBuffer(width: newWidth, height: height, channels: channels, samples: output)
    }

    private func reducingColumns(to newHeight: Int) -> PixelBuffer {
        let rowLength = width * channels
        var output = [UInt8](repeating: 0, count: newHeight * rowLength)
        var sums = [UInt32](repeating: 0, count: rowLength)
        for (row, span) in Self.coverage(from: height, to: newHeight).enumerated() {
            for index in 0..<rowLength { sums[index] = 0 }
            for (offset, weight) in span.weights.enumerated() {
                let start = (span.first + offset) * rowLength
                for index in 0..<rowLength { sums[index] += UInt32(samples[start + index]) * weight }
            }
            for index in 0..<rowLength { output[row * rowLength + index] = UInt8(sums[index] >> 16) }
        }
        return PixelBuffer(width: width, height: newHeight, channels: channels, samples: output)
    }

    /// Which old pixels one new pixel covers, and how much of each, in 65,536ths that add up to 65,536: then 255 times
    /// the sum fits into 32 bits and the mean into 8.
    private static func coverage(from old: Int, to new: Int) -> [(first: Int, weights: [UInt32])] {
        (0..<new).map { position in
            // In units of 1/new of an old pixel, so that everything stays whole.
            let start = position * old
            let end = start + old
            let first = start / new
            var weights = (first...((end - 1) / new)).map { pixel in
                let covered = min(end, (pixel + 1) * new) - max(start, pixel * new)
                return UInt32(covered * 65_536 / old)
            }
            weights[weights.count / 2] += 65_536 - weights.reduce(0, +)
            return (first, weights)
        }
    }
}

extension PixelBuffer {
    /// Turned and mirrored as EXIF orientation 1…8 asks, so that it stands upright; another number changes nothing.
    func upright(from orientation: Int) -> PixelBuffer {
        guard (2...8).contains(orientation) else { return self }
        let swapsSides = orientation >= 5
        let newWidth = swapsSides ? height : width
        let newHeight = swapsSides ? width : height
        var output = [UInt8](repeating: 0, count: samples.count)
        for row in 0..<newHeight {
            for column in 0..<newWidth {
                let (x, y) =
                    switch orientation {
                    case 2: (width - 1 - column, row)
                    case 3: (width - 1 - column, height - 1 - row)
                    case 4: (column, height - 1 - row)
                    case 5: (row, column)
                    case 6: (row, height - 1 - column)
                    case 7: (width - 1 - row, height - 1 - column)
                    default: (width - 1 - row, column)
                    }
                for channel in 0..<channels {
                    output[(row * newWidth + column) * channels + channel] =
                        samples[(y * width + x) * channels + channel]
                }
            }
        }
        return PixelBuffer(width: newWidth, height: newHeight, channels: channels, samples: output)
    }
}
