#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A user of the system.
struct Account: Sendable, Hashable {
    let name: String
    let id: UInt32
    let groups: Set<UInt32>

    /// What may be done with a file, as the bits of its mode.
    enum Right: UInt32, Sendable {
        case read = 4
        /// To write into a directory and to find what is in it.
        case readWriteSearch = 7
    }

    enum Verdict: Sendable, Hashable {
        case allowed
        /// - at: the file, or the directory above it that lets nobody through.
        case forbidden(at: String)
        case missing
        /// We may not look ourselves.
        case hidden
    }

    /// Whether this user may do that, as far as owners, groups and modes tell; access lists are passed over.
    func may(_ right: Right, _ path: String) -> Verdict {
        guard let resolved = realpath(path, nil) else { return errno == EACCES ? .hidden : .missing }
        defer { free(resolved) }
        let whole = String(cString: resolved)
        guard id != 0 else { return .allowed }
        var folder = ""
        for part in whole.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard let status = FileStatus(folder) else { return .hidden }
            guard bits(of: status) & 1 != 0 else { return .forbidden(at: folder) }
        }
        guard let status = FileStatus(whole) else { return .hidden }
        return bits(of: status) & right.rawValue == right.rawValue ? .allowed : .forbidden(at: whole)
    }

    private func bits(of status: FileStatus) -> UInt32 {
        if status.owner == id { return status.mode >> 6 & 7 }
        return groups.contains(status.group) ? status.mode >> 3 & 7 : status.mode & 7
    }
}

/// The users that `/etc/passwd` and `/etc/group` name, where packages put the users of their services.
struct Accounts: Sendable {
    private let all: [Account]

    init(_ files: SystemFiles) {
        func rows(_ path: String) -> [[Substring]] {
            files.text(path)?.split(separator: "\n")
                .map { $0.split(separator: ":", omittingEmptySubsequences: false) } ?? []
        }
        let groups = rows("/etc/group")
        all = rows("/etc/passwd").compactMap { fields in
            guard fields.count >= 4, let id = UInt32(fields[2]), let group = UInt32(fields[3]) else { return nil }
            let others = groups.filter { $0.count >= 4 && $0[3].split(separator: ",").contains(fields[0]) }
                .compactMap { UInt32($0[2]) }
            return Account(name: String(fields[0]), id: id, groups: Set(others + [group]))
        }
    }

    /// - Parameter name: or a number, as units may have it.
    func named(_ name: String) -> Account? {
        all.first { $0.name == name } ?? UInt32(name).map { withID($0) }
    }

    /// One that is not named is called by its number.
    func withID(_ id: UInt32) -> Account {
        all.first { $0.id == id } ?? Account(name: "\(id)", id: id, groups: [])
    }
}
