import Glibc
import Vault

/// Why `Media` could not do what was asked.
///
/// `description` names operation, path, cause and hint and is meant for the log. `publicDescription` says the same to
/// the sender without telling where files lie.
public struct MediaError: Error, Sendable, Equatable {
    /// What went wrong, coarse enough to choose an answer by.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String {
            case notAPicture, tooLarge, noSpace, busy, missing, unsafePath, keyMissing, damaged, io
        }

        private let base: Base

        private init(_ base: Base) { self.base = base }

        /// The bytes are no picture that is accepted; `problem` has the reason (HTTP 422).
        public static let notAPicture = Self(.notAPicture)
        /// More bytes than one picture may have (HTTP 413).
        public static let tooLarge = Self(.tooLarge)
        /// The file system or the quota is full (HTTP 507). Nothing of the picture is left behind.
        public static let noSpace = Self(.noSpace)
        /// The bounded queue of file work is full; the same call may succeed later (HTTP 503 with `Retry-After`).
        public static let busy = Self(.busy)
        /// There is no such picture (HTTP 404).
        public static let missing = Self(.missing)
        /// The path leads, or could lead, out of the directory of pictures (HTTP 422 or 404).
        public static let unsafePath = Self(.unsafePath)
        /// The picture is sealed with a key that the key ring does not have (HTTP 503).
        public static let keyMissing = Self(.keyMissing)
        /// The sealed picture is not what was stored: cut off, changed, or exchanged for another (HTTP 500).
        public static let damaged = Self(.damaged)
        /// The operating system refused; `errorNumber` has its reason (HTTP 500).
        public static let io = Self(.io)

        public var description: String { base.rawValue }
    }

    public let kind: Kind
    /// Why the bytes are no picture; only with `Kind.notAPicture`.
    public let problem: PictureProblem?
    /// The operating system's `errno`; only when it was asked.
    public let errorNumber: Int32?
    private let operation: String
    private let path: String?
    private let cause: String
    private let hint: String

    /// The bytes are no acceptable picture.
    public static func notAPicture(_ problem: PictureProblem) -> Self {
        Self(
            kind: .notAPicture,
            problem: problem,
            operation: "read picture header",
            cause: problem.description,
            hint: "send a complete JPEG, PNG or WebP"
        )
    }

    /// The picture has `byteCount` bytes where at most `limit` are accepted.
    public static func tooLarge(byteCount: Int, limit: Int) -> Self {
        Self(
            kind: .tooLarge,
            operation: "accept picture",
            cause: "\(byteCount) bytes, at most \(limit) are accepted",
            hint: "send a smaller or more strongly compressed picture"
        )
    }

    /// So much file work waits already that no more is taken.
    public static let busy = Self(
        kind: .busy,
        operation: "queue file work",
        cause: "the disk does not keep up",
        hint: "send again in a few seconds"
    )

    /// There is no file at `path`.
    public static func missing(path: String) -> Self {
        Self(
            kind: .missing,
            errorNumber: ENOENT,
            operation: "open picture",
            path: path,
            cause: "no such file",
            hint: ""
        )
    }

    /// `path` is not a plain relative path below the directory of pictures.
    public static func unsafePath(_ path: String, cause: String) -> Self {
        Self(
            kind: .unsafePath,
            operation: "resolve picture path",
            path: path,
            cause: cause,
            hint: "use a relative path without .. and without symbolic links"
        )
    }

    /// A sealed file at `path` does not open.
    init(_ failure: SealedFile.Failure, path: String) {
        switch failure {
        case .unknownKey(let id):
            self.init(
                kind: .keyMissing,
                operation: "open sealed picture",
                path: path,
                cause: "the key ring has no key \(id)",
                hint: "put the line of that key back into keys/\(KeyRing.fileName) and restart the appliance"
            )
        case .damaged(let place):
            self.init(
                kind: .damaged,
                operation: "open sealed picture",
                path: path,
                cause: "it was changed since it was stored: \(place)",
                hint: "check the disk; restore the picture from a backup"
            )
        }
    }

    /// New pictures are to be sealed and there is no key.
    static let noSealingKey = Self(
        kind: .keyMissing,
        operation: "seal picture",
        cause: "the key ring has no key",
        hint: "restart the appliance, which makes one, or put keys/\(KeyRing.fileName) back"
    )

    /// The operating system answered `errorNumber` to `operation` on `path`. A full disk (`ENOSPC`) and a full quota
    /// (`EDQUOT`) become `Kind.noSpace`.
    public static func io(operation: String, path: String, errorNumber: Int32) -> Self {
        let isFull = errorNumber == ENOSPC || errorNumber == EDQUOT
        return Self(
            kind: isFull ? .noSpace : .io,
            errorNumber: errorNumber,
            operation: operation,
            path: path,
            cause: String(cString: strerror(errorNumber)),
            hint: hint(for: errorNumber)
        )
    }

    private static func hint(for errorNumber: Int32) -> String {
        switch errorNumber {
        case ENOSPC, EDQUOT: "free space on the file system or raise the quota"
        case EACCES, EPERM, EROFS: "the directory must be writable by the user that runs the appliance"
        case EXDEV: "the temporary directory and the pictures must be on one file system"
        case EMFILE, ENFILE: "raise the limit of open files"
        case EIO: "check the disk; the kernel log has details"
        default: ""
        }
    }

    private init(
        kind: Kind,
        problem: PictureProblem? = nil,
        errorNumber: Int32? = nil,
        operation: String,
        path: String? = nil,
        cause: String,
        hint: String
    ) {
        self.kind = kind
        self.problem = problem
        self.errorNumber = errorNumber
        self.operation = operation
        self.path = path
        self.cause = cause
        self.hint = hint
    }
}

extension MediaError: CustomStringConvertible {
    public var description: String {
        sentence(subject: path.map { "\(operation) \($0.debugDescription)" } ?? operation)
    }

    /// Words for the sender: without paths of this machine.
    public var publicDescription: String { sentence(subject: operation) }

    private func sentence(subject: String) -> String {
        hint.isEmpty ? "\(subject): \(cause)" : "\(subject): \(cause) (\(hint))"
    }
}
