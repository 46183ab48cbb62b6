import Glibc

/// Why a key could not be read or kept. Never contains a key.
public struct VaultError: Error, Sendable, Equatable {
    /// What went wrong, coarse enough to act on.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String {
            case insecure, invalidName, damaged, readOnly, io
        }

        private let base: Base

        private init(_ base: Base) { self.base = base }

        /// Somebody else could read or change the key: wrong owner, wrong mode, or not a plain file or directory.
        public static let insecure = Self(.insecure)
        /// The name of the key is not a plain file name.
        public static let invalidName = Self(.invalidName)
        /// The key is empty or longer than any key.
        public static let damaged = Self(.damaged)
        /// The keys come from systemd, which is the only one who can change them.
        public static let readOnly = Self(.readOnly)
        /// The operating system refused; `errorNumber` has its reason.
        public static let io = Self(.io)

        public var description: String { base.rawValue }
    }

    public let kind: Kind
    /// What was being done, such as "open key".
    public let operation: String
    /// The file or directory.
    public let path: String
    /// Why it failed.
    public let cause: String
    /// What to do about it; may be empty.
    public let hint: String
    /// The operating system's `errno`; only with `Kind.io`.
    public let errorNumber: Int32?

    static func insecure(_ operation: String, path: String, cause: String, hint: String) -> Self {
        Self(kind: .insecure, operation: operation, path: path, cause: cause, hint: hint, errorNumber: nil)
    }

    static func invalidName(_ name: String) -> Self {
        Self(
            kind: .invalidName,
            operation: "name key",
            path: String(name.prefix(64)),
            cause: "it is not a plain file name",
            hint: "use 1 to 64 of A-Z a-z 0-9 . _ - and no dot in front",
            errorNumber: nil
        )
    }

    static func damaged(_ operation: String, path: String, cause: String) -> Self {
        Self(
            kind: .damaged,
            operation: operation,
            path: path,
            cause: cause,
            hint: "restore the file from a backup; removing it makes a new key and voids what the old one protects",
            errorNumber: nil
        )
    }

    static func readOnly(_ operation: String, path: String) -> Self {
        Self(
            kind: .readOnly,
            operation: operation,
            path: path,
            cause: "the keys come from a systemd credential",
            hint: "add the key to the credential's source and restart the service",
            errorNumber: nil
        )
    }

    static func io(_ operation: String, path: String, errorNumber: Int32) -> Self {
        let hint =
            switch errorNumber {
            case ENOSPC, EDQUOT: "free space on the file system"
            case EACCES, EPERM, EROFS: "it must be writable by the user that runs the appliance"
            case ENOENT: "the parent directory must exist"
            default: ""
            }
        return Self(
            kind: .io,
            operation: operation,
            path: path,
            cause: String(cString: strerror(errorNumber)),
            hint: hint,
            errorNumber: errorNumber
        )
    }
}

extension VaultError: CustomStringConvertible {
    public var description: String {
        let sentence = "\(operation) \(path.debugDescription): \(cause)"
        return hint.isEmpty ? sentence : "\(sentence) (\(hint))"
    }
}
