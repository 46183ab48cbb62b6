/// The command that an rsync client runs on the server, checked word by word.
///
///     rsync --server -vlogDtprze.iLsfxCIvu [--delete …] [--partial] . /data/lpr_images
///
/// Only receiving is allowed, into the device's own root, and only with options that cannot change where and how files
/// are written. The child gets a command that is put together anew: nothing of the client's text reaches it unchecked.
struct RsyncCommand: Equatable {
    static let byteLimit = 4_096

    /// Short options and what the client's version can do, as in `-logDtprze.iLsfxCIvu`.
    let letters: String
    /// Long options that were allowed.
    let options: [String]
    /// Where the files go.
    let target: RootPath
    /// Whether the client wrote a slash behind it.
    let isDirectory: Bool

    /// Letters that only say which files are compared and sent, and how. `H`, `A`, `X` and `K` are not among them: hard
    /// links, access lists and attributes are not kept.
    private static let allowedLetters = Set("vlogDtprRLzuncOJIWymdCxq8")
    private static let deletions: Set<String> = [
        "--delete", "--delete-before", "--delete-during", "--delete-delay", "--delete-after", "--delete-excluded",
    ]
    private static let plain: Set<String> = [
        "--partial", "--log-format=X", "--log-format=%i", "--log-format=%o", "--numeric-ids", "--old-compress",
        "--new-compress", "--ignore-existing", "--existing", "--size-only", "--force", "--fsync", "--mkpath",
        "--no-implied-dirs", "--delay-updates", "--stats", "--ignore-errors", "--omit-dir-times",
    ]
    /// Followed by a value that is a number.
    private static let numbers: Set<String> = [
        "--timeout", "--bwlimit", "--max-size", "--min-size", "--max-delete", "--modify-window", "--block-size",
        "--compress-level", "--checksum-seed",
    ]
    private static let choices: [String: Set<String>] = [
        "--compress-choice": ["none", "zlib", "zlibx", "zstd", "lz4"],
        "--checksum-choice": ["auto", "none", "md4", "md5", "sha1", "xxh64", "xxh3", "xxh128"],
    ]
    private static let refused: [String: String] = [
        "--sender": "files can be sent to this box by rsync, not fetched from it; use sftp or the web page",
        "--remove-source-files":
            "use rsync without --remove-source-files: a file may only go when the box has said that the whole run went well",
        "--inplace": "use rsync without --inplace", "--append": "use rsync without --append",
        "--write-batch": "use rsync without --write-batch", "--daemon": "there is no rsync daemon here",
    ]

    init(_ command: String) throws(RsyncRefusal) {
        guard command.utf8.count <= Self.byteLimit else { throw RsyncRefusal("the command is too long") }
        var words = try ShellWords.split(command)[...]
        guard words.popFirst() == "rsync", words.popFirst() == "--server" else {
            throw RsyncRefusal("this box takes files by sftp and rsync, and runs nothing else")
        }
        var letters: String?
        var options: [String] = []
        while let word = words.first, word.hasPrefix("-") {
            words = words.dropFirst()
            if word.hasPrefix("--") {
                if let option = try Self.check(word, &words) { options.append(option) }
            } else {
                guard letters == nil else { throw RsyncRefusal("rsync option \(word) is not allowed here") }
                letters = try Self.check(letters: word)
            }
        }
        guard let letters, words.popFirst() == ".", let target = words.popFirst(), words.isEmpty else {
            throw RsyncRefusal("that form of rsync is not understood; name one directory of the box as the target")
        }
        self.letters = letters
        self.options = options
        isDirectory = target.hasSuffix("/")
        do throws(RootError) {
            self.target = try RootPath(target.utf8)
        } catch {
            throw RsyncRefusal(error.reason)
        }
    }

    private static func check(letters word: String) throws(RsyncRefusal) -> String {
        let parts = word.dropFirst().split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        for letter in parts[0] where !allowedLetters.contains(letter) {
            if letter == "s" {
                throw RsyncRefusal("use rsync without --secluded-args (-s, --protect-args), and RSYNC_PROTECT_ARGS=0")
            }
            throw RsyncRefusal("rsync option -\(letter) is not allowed here")
        }
        // Permissions are the box's own; that a file was taken is written in them.
        let letters = "-" + parts[0].filter { $0 != "p" }
        guard parts.count == 2 else { return letters }
        // Behind `e` the version of the protocol and what the client can do.
        guard parts[1].utf8.count <= 32,
            parts[1].utf8.allSatisfy({
                ("a"..."z").contains(UnicodeScalar($0)) || ("A"..."Z").contains(UnicodeScalar($0))
                    || ("0"..."9").contains(UnicodeScalar($0)) || $0 == UInt8(ascii: ".")
            })
        else { throw RsyncRefusal("rsync option \(word) is not understood") }
        return "\(letters)e\(parts[1])"
    }

    /// - Returns: the option for the child; nil for one that the child gets anyway or another way.
    private static func check(_ word: String, _ rest: inout ArraySlice<String>) throws(RsyncRefusal) -> String? {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        let name = parts[0]
        if let words = refused[name] { throw RsyncRefusal(words) }
        switch name {
        // What is cut off is kept apart, because a file of its last name counts as whole.
        case "--partial": return nil
        case "--partial-dir":
            if parts.count == 1 { rest = rest.dropFirst() }
            return nil
        case "--delay-updates", "--fsync", "--numeric-ids": return nil
        default: break
        }
        if plain.contains(word) || deletions.contains(word) { return word }
        guard parts.count == 2 else { throw RsyncRefusal("rsync option \(name) is not allowed here") }
        if numbers.contains(name), !parts[1].isEmpty, parts[1].utf8.count <= 20,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
        {
            return word
        }
        if choices[name]?.contains(parts[1]) == true { return word }
        throw RsyncRefusal("rsync option \(name) is not allowed here")
    }

    /// The child's command line. It runs in the directory that it may write to, so that no path of the client's is in it
    /// but one checked name.
    ///
    /// - Parameters:
    ///   - name: the one file that is to be written, when the target is a file; else nil.
    ///   - names: a path at which the child writes the name of each file that it has received.
    func arguments(name: String?, names: String) -> [String] {
        ["rsync", "--server", letters] + options + [
            "--partial-dir=\(PartialFiles.rsyncDirectory)", "--log-file=\(names)", "--log-file-format=%i %n",
            "--8-bit-output", "--no-super",
            "--numeric-ids", ".", name.map { "./\($0)" } ?? ".",
        ]
    }

    /// Whether the target is a file's name rather than a directory's. `rsync a.jpg box:/data/images` means a directory,
    /// also where there is none yet; `box:/data/b.jpg` a file.
    var namesFile: Bool {
        guard !isDirectory, let last = target.last, let dot = last.lastIndex(of: "."), dot != last.startIndex else {
            return false
        }
        let ending = last[last.index(after: dot)...]
        return (2...4).contains(ending.utf8.count) && ending.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x7A }
    }
}

/// Why an rsync command is not run, in words for the person who started it.
struct RsyncRefusal: Error, Equatable {
    let words: String

    init(_ words: String) {
        self.words = words
    }
}

/// Splits a command as a shell would, as far as rsync clients quote: backslashes, single and double quotes. Everything
/// that would make a shell do more is refused.
enum ShellWords {
    static func split(_ command: String) throws(RsyncRefusal) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in command {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
                continue
            }
            switch (character, quote) {
            case ("\\", nil), ("\\", "\""): isEscaped = true
            case (let mark, let open?) where mark == open: quote = nil
            case (_, .some): word = (word ?? "") + String(character)
            case ("'", nil), ("\"", nil):
                quote = character
                word = word ?? ""
            case (" ", nil):
                if let whole = word { words.append(whole) }
                word = nil
            default:
                guard !";&|<>()$`*?[]{}!#\n\r\t\0".contains(character) else {
                    throw RsyncRefusal("the command has characters that are not allowed here")
                }
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else { throw RsyncRefusal("the command has a quote that does not end") }
        if let whole = word { words.append(whole) }
        return words
    }
}
