/// What a test needs to know of a Markdown document: its code, its links, and what can be linked to.
struct MarkdownText {
    struct Line: Equatable {
        /// Counted from 1.
        let number: Int
        let text: String
    }

    struct Block: Equatable {
        let language: String
        let lines: [Line]
    }

    /// What stands between three backticks and three.
    private(set) var blocks: [Block] = []
    /// What stands between single backticks in a line.
    private(set) var spans: [Line] = []
    /// The targets of links and pictures.
    private(set) var links: [Line] = []
    /// Names of headings as GitHub makes them.
    private(set) var anchors: Set<String> = []

    init(_ text: String) {
        var open: (language: String, indent: Int, lines: [Line])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.drop { $0 == " " }
            if words.hasPrefix("```") {
                if let block = open {
                    blocks.append(Block(language: block.language, lines: block.lines))
                    open = nil
                } else {
                    open = (String(words.dropFirst(3)), line.count - words.count, [])
                }
            } else if let indent = open?.indent {
                open?.lines.append(Line(number: index + 1, text: String(line.dropFirst(indent))))
            } else {
                add(Line(number: index + 1, text: String(words)))
            }
        }
    }

    private mutating func add(_ line: Line) {
        if line.text.hasPrefix("#") {
            anchors.insert(Self.anchor(of: String(line.text.drop { $0 == "#" }.drop { $0 == " " })))
        }
        let parts = line.text.split(separator: "`", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where index % 2 == 1 {
            spans.append(Line(number: line.number, text: String(part)))
        }
        for part in line.text.split(separator: "](", omittingEmptySubsequences: false).dropFirst() {
            links.append(Line(number: line.number, text: String(part.prefix { $0 != ")" })))
        }
    }

    /// Small letters, blanks become hyphens, and other signs go.
    private static func anchor(of heading: String) -> String {
        var name = ""
        for scalar in heading.lowercased().unicodeScalars {
            let properties = scalar.properties
            if scalar == " " {
                name.append("-")
            } else if scalar == "-" || scalar == "_" || properties.isAlphabetic || properties.numericType != nil
                || properties.canonicalCombiningClass != .notReordered
            {
                name.unicodeScalars.append(scalar)
            }
        }
        return name
    }
}
