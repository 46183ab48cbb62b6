/// A path below a device's own root, whatever way the client wrote it.
///
/// `/` is the root, and so is the client's home: `/data/a.jpg`, `data/a.jpg` and `/../../data/a.jpg` are the same file.
/// `..` is taken away here and never reaches the file system.
struct RootPath: Hashable, Sendable {
    /// Bytes of a path as it may come.
    static let byteLimit = 4_096
    /// Bytes of what remains of it; as long as a path may be in the table of files.
    static let remainingLimit = 1_024
    /// Bytes of one name, as file systems have it.
    static let nameLimit = 255
    static let depthLimit = 32

    /// Without `.`, `..` and empty ones.
    let names: [String]

    static let root = RootPath(names: [])

    private init(names: [String]) {
        self.names = names
    }

    /// - Throws: `RootError` when no file may have that name.
    init(_ bytes: some Collection<UInt8>) throws(RootError) {
        guard bytes.count <= Self.byteLimit else { throw RootError(.failure, "the path is too long") }
        var names: [String] = []
        for part in bytes.split(separator: UInt8(ascii: "/")) {
            if part.elementsEqual([UInt8(ascii: ".")]) { continue }
            if part.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) {
                _ = names.popLast()
                continue
            }
            names.append(try Self.name(part))
        }
        guard names.count <= Self.depthLimit else {
            throw RootError(.failure, "more than \(Self.depthLimit) directories inside each other")
        }
        self.names = names
        guard text.utf8.count <= Self.remainingLimit else { throw RootError(.failure, "the path is too long") }
    }

    private static func name(_ part: some Collection<UInt8>) throws(RootError) -> String {
        guard !part.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw RootError(.failure, "names must not contain control characters")
        }
        guard let name = String(validating: part, as: UTF8.self) ?? ThaiBytes.text(part) else {
            throw RootError(.failure, "names must be UTF-8 (or Thai in TIS-620)")
        }
        guard name.utf8.count <= nameLimit else {
            throw RootError(.failure, "a name has more than \(nameLimit) bytes")
        }
        guard !PartialFiles.isOwn(name: name) else {
            throw RootError(.permissionDenied, "that name is kept for the box itself")
        }
        return name
    }

    /// Below the root, without a slash in front; empty for the root.
    var text: String { names.joined(separator: "/") }

    /// As the client sees it.
    var absolute: String { "/" + text }

    var parent: RootPath { RootPath(names: names.dropLast()) }

    /// Nil for the root.
    var last: String? { names.last }

    func appending(_ name: String) -> RootPath { RootPath(names: names + [name]) }
}

/// Thai text of cameras that know one byte for each letter: TIS-620, the Thai part of ISO 8859-11 and Windows-874.
private enum ThaiBytes {
    /// Nil when a byte is no letter there either.
    static func text(_ bytes: some Collection<UInt8>) -> String? {
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x20..<0x7F: text.unicodeScalars.append(UnicodeScalar(byte))
            case 0xA1...0xDA, 0xDF...0xFB:
                guard let letter = UnicodeScalar(0x0E00 + UInt32(byte) - 0xA0) else { return nil }
                text.unicodeScalars.append(letter)
            default: return nil
            }
        }
        return text
    }
}
