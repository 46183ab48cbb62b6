import Crypto

/// A file that is sealed at rest with AES-256-GCM in chunks, each of which can be read and checked on its own.
///
///     offset  bytes
///     0       8      89 4C 50 52 53 0D 0A 1A   magic; no picture format begins so
///     8       1      01                        version
///     9       1      10                        chunk size as a power of two: 2^16 = 65,536 bytes (12…20 are read)
///     10      2      00 00
///     12      8      id of the key in the key ring
///     20      8      bytes of the content, most significant byte first
///     28      32     salt: random, new for every file
///     60      4      00 00 00 00
///     64      16     tag of the header
///     80             chunk 0: as many bytes as the chunk size, enciphered, and a tag of 16 bytes
///     …              chunk i at 80 + i × (chunk size + 16)
///     …              the last chunk: 1 byte up to the chunk size (none only when the content is empty), and its tag
///
///     file key    HKDF-SHA256(secret of the ring's key, salt, "lpr-appliance sealed file 1" 00 label)
///     nonce       01 for the header, 00 for a chunk, then 00 00 00, then the number of the chunk in 8 bytes
///     associated  bytes 0…63 of the header, then 01 for the last chunk, else 00; the header's own tag covers 0…63
///
/// 1. No key and nonce are ever used twice: every file has a key of its own, every chunk a number.
/// 2. What was cut off, put in another order, or taken from another file does not open: the number of the chunk is in
///    its nonce, the length and whether it is the last one are authenticated, the key is the file's own.
/// 3. A file under the name of another does not open either: the label, its path below `images/`, is in its key.
public struct SealedFile: Sendable {
    public static let magic: [UInt8] = [0x89, 0x4C, 0x50, 0x52, 0x53, 0x0D, 0x0A, 0x1A]
    /// Bytes before the first chunk.
    public static let headerLength = 80
    private static let authenticatedLength = 64
    private static let tagLength = 16
    private static let version: UInt8 = 1
    private static let chunkPower = 16
    private static let acceptedPowers = 12...20

    /// Bytes of the content.
    public let contentLength: Int
    /// The header as it is on disk.
    public let header: [UInt8]
    private let chunkLength: Int
    private let key: SymmetricKey

    /// Why a sealed file does not open.
    public enum Failure: Error, Sendable, Hashable {
        /// The key ring has no key of this id.
        case unknownKey(id: String)
        /// Somebody or something changed the file; the text says where it was noticed.
        case damaged(String)
    }

    /// Begins a new file.
    ///
    /// - Parameter label: the same when it is opened.
    /// - Throws: `Failure.damaged`, never as long as the cipher works.
    public init(sealing contentLength: Int, label: String, with key: SealingKey) throws(Failure) {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        var header = Self.magic + [Self.version, UInt8(Self.chunkPower), 0, 0] + key.idBytes
        header += (0..<8).reversed().map { UInt8(truncatingIfNeeded: contentLength >> (8 * $0)) }
        header += salt + [0, 0, 0, 0]
        self.key = Self.fileKey(key, salt: salt, label: label)
        self.contentLength = contentLength
        chunkLength = 1 << Self.chunkPower
        self.header = header + (try Self.seal([], self.key, (1, 0), header))
    }

    /// Reads the header of a file.
    ///
    /// - Parameters:
    ///   - header: the first `headerLength` bytes, or what there is.
    ///   - fileLength: bytes of the file.
    public init(
        opening header: [UInt8], fileLength: Int, label: String, keys: KeyRing?
    ) throws(Failure) {
        guard header.count == Self.headerLength, header.starts(with: Self.magic) else {
            throw .damaged("the header is cut off")
        }
        guard header[8] == Self.version else { throw .damaged("version \(header[8]) is not known") }
        guard Self.acceptedPowers.contains(Int(header[9])) else { throw .damaged("the chunk size") }
        let id = Array(header[12..<20])
        guard let ringKey = keys?.key(id) else { throw .unknownKey(id: Hexadecimal.text(id)) }
        let key = Self.fileKey(ringKey, salt: Array(header[28..<60]), label: label)
        let authenticated = Array(header.prefix(Self.authenticatedLength))
        _ = try Self.open(
            [], tag: header[Self.authenticatedLength...], key, (1, 0), authenticated, "the header")
        let length = header[20..<28].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Int.max / 4) else { throw .damaged("the length") }
        self.key = key
        self.header = header
        contentLength = Int(length)
        chunkLength = 1 << Int(header[9])
        guard fileLength == self.fileLength else { throw .damaged("the file is cut off or too long") }
    }

    /// At least 1.
    public var chunkCount: Int { max(1, (contentLength + chunkLength - 1) / chunkLength) }

    /// Bytes of the whole file.
    public var fileLength: Int { Self.headerLength + contentLength + chunkCount * Self.tagLength }

    /// Which bytes of the content a chunk holds.
    public func content(of chunk: Int) -> Range<Int> {
        let start = chunk * chunkLength
        return start..<min(contentLength, start + chunkLength)
    }

    /// Where a chunk lies in the file.
    public func place(of chunk: Int) -> Range<Int> {
        let start = Self.headerLength + chunk * (chunkLength + Self.tagLength)
        return start..<(start + content(of: chunk).count + Self.tagLength)
    }

    /// Which chunks hold a range of the content that is not empty.
    public func chunks(of range: Range<Int>) -> Range<Int> {
        (range.lowerBound / chunkLength)..<((range.upperBound - 1) / chunkLength + 1)
    }

    /// Seals a chunk.
    ///
    /// - Parameter bytes: exactly those of `content(of: chunk)`.
    /// - Throws: `Failure.damaged` for another number of bytes.
    public func seal(_ bytes: some Sequence<UInt8>, chunk: Int) throws(Failure) -> [UInt8] {
        let bytes = Array(bytes)
        guard bytes.count == content(of: chunk).count else { throw .damaged("the content changed meanwhile") }
        return try Self.seal(bytes, key, (0, chunk), associated(with: chunk))
    }

    /// Opens a chunk.
    ///
    /// - Parameter bytes: those of `place(of: chunk)`.
    public func open(_ bytes: [UInt8], chunk: Int) throws(Failure) -> [UInt8] {
        guard bytes.count == place(of: chunk).count else { throw .damaged("chunk \(chunk) is cut off") }
        return try Self.open(
            bytes.dropLast(Self.tagLength), tag: bytes.suffix(Self.tagLength), key, (0, chunk),
            associated(with: chunk), "chunk \(chunk)")
    }

    private func associated(with chunk: Int) -> [UInt8] {
        header.prefix(Self.authenticatedLength) + [chunk == chunkCount - 1 ? 1 : 0]
    }

    /// Enciphered bytes and their tag.
    private static func seal(
        _ bytes: [UInt8], _ key: SymmetricKey, _ number: (kind: UInt8, chunk: Int), _ associated: [UInt8]
    ) throws(Failure) -> [UInt8] {
        guard let nonce = nonce(number.kind, number.chunk),
            let box = try? AES.GCM.seal(bytes, using: key, nonce: nonce, authenticating: associated)
        else { throw .damaged("the cipher failed") }
        return Array(box.ciphertext) + Array(box.tag)
    }

    private static func open(
        _ bytes: ArraySlice<UInt8>, tag: ArraySlice<UInt8>, _ key: SymmetricKey, _ number: (kind: UInt8, chunk: Int),
        _ associated: [UInt8], _ what: String
    ) throws(Failure) -> [UInt8] {
        guard let nonce = nonce(number.kind, number.chunk),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: bytes, tag: tag),
            let content = try? AES.GCM.open(box, using: key, authenticating: associated)
        else { throw .damaged("\(what) is not what was sealed") }
        return Array(content)
    }

    /// - Returns: never nil, because it has 12 bytes.
    private static func nonce(_ kind: UInt8, _ chunk: Int) -> AES.GCM.Nonce? {
        try? AES.GCM.Nonce(
            data: [kind, 0, 0, 0] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: chunk >> (8 * $0)) })
    }

    private static func fileKey(_ key: SealingKey, salt: [UInt8], label: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key.secret, salt: salt,
            info: Array("lpr-appliance sealed file 1".utf8) + [0] + Array(label.utf8), outputByteCount: 32)
    }
}
