#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files in which a Linux system tells about itself: `/proc`, `/sys`, `/etc`, `/dev`.
struct SystemFiles: Sendable {
    /// A file that is longer tells nothing more: the longest that is read is the list of mounts.
    private static let sizeLimit = 1 << 20

    /// Stands before every path; a folder with the same tree in tests.
    var root = ""

    func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }

    /// Nil when it is not there, or this user may not read it.
    func text(_ path: String) -> String? {
        // A pipe under this name is not waited for.
        let descriptor = open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
        while bytes.count < Self.sizeLimit {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            // A sensor that is there may still refuse to be read.
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A file of one line, without the blanks around it.
    func word(_ path: String) -> String? {
        guard let text = text(path) else { return nil }
        let end = text.lastIndex { !$0.isWhitespace } ?? text.startIndex
        return text.isEmpty ? "" : String(text[...end].drop(while: \.isWhitespace))
    }

    func number(_ path: String) -> Int? { word(path).flatMap { Int($0) } }

    /// What is in a directory, sorted; nothing when it is not there or cannot be read.
    func names(in path: String) -> [String] {
        guard let handle = opendir(root + path) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The path behind all links, below the root; nil when there is nothing.
    func resolved(_ path: String) -> String? {
        guard let resolved = realpath(root + path, nil) else { return nil }
        defer { free(resolved) }
        let whole = String(cString: resolved)
        guard !root.isEmpty else { return whole }
        return whole.hasPrefix(root) ? String(whole.dropFirst(root.count)) : nil
    }

    /// The words after `name` on the line that begins with it, such as `MemTotal:`.
    func words(after name: String, in path: String) -> [Substring] {
        let line = text(path)?.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.dropFirst(name.count).split(whereSeparator: \.isWhitespace) ?? []
    }

    /// `KEY=VALUE` and `KEY="VALUE"` of a file as shells read it.
    func assignments(_ path: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in text(path)?.split(separator: "\n") ?? [] {
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
            let value = line[line.index(after: equals)...].drop(while: \.isWhitespace)
            found[String(line[..<equals])] = String(value.trimmingQuotes)
        }
        return found
    }

    /// The programs that run, by the first 15 characters of their names, which is all that the kernel keeps.
    var runningPrograms: Set<String> {
        Set(
            names(in: "/proc").filter { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
                .compactMap { word("/proc/\($0)/comm") })
    }
}

extension Substring {
    fileprivate var trimmingQuotes: Substring {
        for quote in ["\"", "'"] where count >= 2 && hasPrefix(quote) && hasSuffix(quote) {
            return dropFirst().dropLast()
        }
        return self
    }
}
