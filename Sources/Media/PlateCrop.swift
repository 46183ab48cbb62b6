public import Domain
import Logging
import Synchronization

/// The plate, cut out of a picture.
enum PlateCrop {
    private static let quality = 90
    /// A plate this wide is still read well on a page; wider ones are reduced.
    static let side = 1_280

    /// - Throws: `TurboJPEG.Failure` when the body is damaged, decoding it would cost too much, or the plate lies
    ///   outside.
    static func make(of bytes: [UInt8], header: PictureHeader, box: PlateBox) throws(TurboJPEG.Failure) -> [UInt8] {
        guard header.format == .jpeg else { throw TurboJPEG.Failure(description: "\(header.format) is not decoded") }
        let isTurned = header.orientation >= 5
        let seen =
            isTurned ? (width: header.height, height: header.width) : (width: header.width, height: header.height)
        guard let area = box.pixels(width: seen.width, height: seen.height) else {
            throw TurboJPEG.Failure(description: "the plate lies outside of the picture")
        }
        let stored = Area(x: area.x, y: area.y).stored(orientation: header.orientation, header)
        try Thumbnail.checkCost(of: bytes, header: header)
        let pixels: PixelBuffer
        if header.width * header.height * 6 <= Thumbnail.coefficientBudget {
            // The coefficients of the whole picture are read, and only the plate is decoded of them.
            pixels = try TurboJPEG.decode(bytes, header: header, area: stored)
        } else {
            // At least half of its pixels: a picture of this size has enough of them.
            let whole = try TurboJPEG.decode(
                bytes, header: header, longerSideAtLeast: (max(header.width, header.height) + 1) / 2)
            pixels = whole.cut(stored.scaled(from: header, to: whole))
        }
        let longer = max(pixels.width, pixels.height)
        let fitting =
            longer <= side
            ? pixels
            : pixels.reduced(
                toWidth: max(1, pixels.width * side / longer), height: max(1, pixels.height * side / longer))
        return try TurboJPEG.encode(fitting.upright(from: header.orientation), quality: quality)
    }

    /// A part of a picture, never empty.
    struct Area {
        var x: Range<Int>
        var y: Range<Int>

        /// Where a part of the upright picture lies in the picture as it is stored: the inverse of
        /// `PixelBuffer.upright`.
        func stored(orientation: Int, _ header: PictureHeader) -> Area {
            func mirrored(_ range: Range<Int>, _ side: Int) -> Range<Int> {
                (side - range.upperBound)..<(side - range.lowerBound)
            }
            return switch orientation {
            case 2: Area(x: mirrored(x, header.width), y: y)
            case 3: Area(x: mirrored(x, header.width), y: mirrored(y, header.height))
            case 4: Area(x: x, y: mirrored(y, header.height))
            case 5: Area(x: y, y: x)
            case 6: Area(x: y, y: mirrored(x, header.height))
            case 7: Area(x: mirrored(y, header.width), y: mirrored(x, header.height))
            case 8: Area(x: mirrored(y, header.width), y: x)
            default: self
            }
        }

        func scaled(from header: PictureHeader, to pixels: PixelBuffer) -> Area {
            func scaled(_ range: Range<Int>, _ old: Int, _ new: Int) -> Range<Int> {
                let start = min(range.lowerBound * new / old, new - 1)
                return start..<max(start + 1, min(new, (range.upperBound * new + old - 1) / old))
            }
            return Area(x: scaled(x, header.width, pixels.width), y: scaled(y, header.height, pixels.height))
        }
    }
}

extension PixelBuffer {
    /// A part, which lies inside.
    func cut(_ area: PlateCrop.Area) -> PixelBuffer {
        var output: [UInt8] = []
        output.reserveCapacity(area.x.count * area.y.count * channels)
        for row in area.y {
            let start = (row * width + area.x.lowerBound) * channels
            output += samples[start..<(start + area.x.count * channels)]
        }
        return PixelBuffer(width: area.x.count, height: area.y.count, channels: channels, samples: output)
    }
}

extension PictureStore {
    /// The plate cut out of a stored JPEG, as a small JPEG that stands upright. It is made when asked for and kept in
    /// memory for a while, never on disk.
    ///
    /// - Parameter path: as in `StoredPicture`.
    /// - Throws: `MediaError` as `open`; `missing` also when nothing can be cut out.
    public func plate(in path: String, box: PlateBox) async throws -> [UInt8] {
        let picture = try PicturePath(path)
        let key = PlateCrops.Key(path: picture.text, box: box)
        switch crops.known(key) {
        case .some(.some(let bytes)): return bytes
        case .some(.none): throw MediaError.missing(path: path)
        case nil: break
        }
        return try await thumbnails.run { [self] in
            let directory = try tree.directory(of: picture)
            let file = try openStored(picture, in: directory.raw)
            guard file.size <= limits.byteCount else { throw MediaError.missing(path: path) }
            let bytes = try file.read(0..<file.size)
            do {
                let header = try PictureHeader.read(bytes, limits: limits)
                let crop = try PlateCrop.make(of: bytes, header: header, box: box)
                crops.keep(crop, key)
                return crop
            } catch {
                crops.keep(nil, key)
                logger.debug("no picture of the plate", metadata: ["path": "\(path)", "cause": "\(error)"])
                throw MediaError.missing(path: path)
            }
        }
    }
}

/// The crops that were made last, and what could not be cut.
final class PlateCrops: Sendable {
    struct Key: Hashable {
        var path: String
        var box: PlateBox
    }

    private struct State {
        var crops: [Key: [UInt8]?] = [:]
        /// Oldest first.
        var order: [Key] = []
        var byteCount = 0
    }

    private static let countLimit = 256
    private static let byteLimit = 4 * 1_024 * 1_024

    private let state = Mutex(State())

    /// Nil when nothing is known; `.some(nil)` when nothing can be cut.
    func known(_ key: Key) -> [UInt8]?? { state.withLock { $0.crops[key] } }

    func keep(_ crop: [UInt8]?, _ key: Key) {
        state.withLock { state in
            guard state.crops[key] == nil else { return }
            state.crops[key] = .some(crop)
            state.order.append(key)
            state.byteCount += crop?.count ?? 0
            while state.order.count > Self.countLimit || state.byteCount > Self.byteLimit {
                let oldest = state.order.removeFirst()
                state.byteCount -= (state.crops.removeValue(forKey: oldest) ?? nil)?.count ?? 0
            }
        }
    }
}
