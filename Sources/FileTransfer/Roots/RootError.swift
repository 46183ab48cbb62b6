import Glibc

/// Why something could not be done below a device's root. The words are for the client.
struct RootError: Error, Equatable {
    enum Kind: Equatable {
        case noSuchFile
        case permissionDenied
        case exists
        case noSpace
        case unsupported
        case failure
    }

    let kind: Kind
    let reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

extension RootError {
    static let noSuchFile = RootError(.noSuchFile, "no such file or directory")
    static let noLinks = RootError(.permissionDenied, "links are not kept here")
    static let noSpace = RootError(
        .noSpace, "the box has no room for more pictures; nothing is lost on it; send the file again later")

    /// - Parameter number: an `errno`.
    init(errorNumber number: Int32, doing operation: String) {
        switch number {
        case ENOENT: self = .noSuchFile
        case ELOOP: self = .noLinks
        case ENOTDIR: self.init(.noSuchFile, "a part of the path is a file")
        case EEXIST: self.init(.exists, "there is something of that name already")
        case ENOTEMPTY: self.init(.failure, "the directory is not empty")
        case EISDIR: self.init(.failure, "that is a directory")
        case ENOSPC, EDQUOT: self = .noSpace
        case EACCES, EPERM: self.init(.permissionDenied, "not allowed")
        default: self.init(.failure, "cannot \(operation): \(String(cString: strerror(number)))")
        }
    }
}
