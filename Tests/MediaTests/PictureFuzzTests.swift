import TestSupport
import Testing

@testable import Media

@Suite struct PictureFuzzTests {
    /// Mutated pictures go the whole way of an upload, without the disk; what comes out is a small JPEG or an error.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func mutatedPicturesNeverCrash(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let seeds = [
            try Sample.jpeg(width: 40, height: 24), try Sample.jpeg(width: 40, height: 24, progressive: true),
            try Sample.jpeg(width: 33, height: 17, channels: 1),
            Sample.oriented(try Sample.jpeg(width: 24, height: 40), 6),
            Sample.png(width: 40, height: 24, chunks: [("tEXt", [65, 0, 66])]),
            Sample.webP([("VP8X", Sample.canvas(width: 40, height: 24)), ("VP8 ", Sample.lossy(width: 40, height: 24))]
            ),
        ]
        var outcomes: [String: Int] = [:]
        for _ in 0..<5_000 {
            let bytes = mutate(seeds[Int.random(in: 0..<seeds.count, using: &generator)], with: &generator)
            do {
                let header = try PictureHeader.read(bytes)
                #expect(header.width * header.height <= 50_000_000)
                guard header.format == .jpeg else { continue }
                let thumbnail = try PictureHeader.read(try Thumbnail.make(of: bytes, header: header))
                #expect(max(thumbnail.width, thumbnail.height) <= 320)
                outcomes["thumbnail", default: 0] += 1
            } catch is PictureProblem {
                outcomes["header", default: 0] += 1
            } catch is TurboJPEG.Failure {
                outcomes["body", default: 0] += 1
            }
        }
        // The mutations have to reach every stage, or the test proves nothing.
        #expect(outcomes.values.allSatisfy { $0 > 100 } && outcomes.count == 3, "\(outcomes)")
    }

    private func mutate(_ original: [UInt8], with generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) where bytes.count > 4 {
            // Half of the changes hit the first 64 bytes or the marker region, where lengths and sizes stand.
            let reach = Bool.random(using: &generator) ? min(64, bytes.count) : bytes.count
            let index = Int.random(in: 0..<reach, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[index] = [0, 1, 0x7F, 0x80, 0xFF, 0xDA, 0xC2][Int.random(in: 0..<7, using: &generator)]
            case 2: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...8, using: &generator)))
            case 3: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 12)], at: index)
            case 4: bytes.removeLast(Int.random(in: 0...(bytes.count / 8), using: &generator))
            default: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
            }
        }
        return bytes
    }
}
