import Glibc
import Logging
import Testing

@testable import Media

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A directory that goes with the test.
final class ScratchDirectory: Sendable {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.path
        path = "\(base)/media-tests-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var images: String { "\(path)/images" }
    var temporary: String { "\(path)/tmp" }

    func store(
        limits: PictureLimits = PictureLimits(), options: PictureOptions = PictureOptions(), writerThreads: Int = 2
    ) throws -> PictureStore {
        try PictureStore(
            directory: images,
            temporaryDirectory: temporary,
            limits: limits,
            options: options,
            writerThreads: writerThreads,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Every regular file below `directory`, relative to it, sorted.
    static func files(below directory: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter { relative in
            var status = stat()
            return lstat("\(directory)/\(relative)", &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
        }.sorted()
    }

    /// How many names a file has.
    static func links(_ path: String) throws -> Int {
        var status = stat()
        #expect(lstat(path, &status) == 0)
        return Int(status.st_nlink)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }
}

/// 2026-11-23T01:00:00.123Z.
let captured: Int64 = 1_795_395_600_123_000
