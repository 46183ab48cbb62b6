/// Characters that readers of plates confuse, from developers' lists; how often was not measured.
///
/// Confusion goes in chains (ม is taken for ผ and for น, ผ for พ), and a skeleton needs whole classes, so that one
/// class holds characters that nobody confuses directly. Equal skeletons are candidates, not a match.
public enum PlateConfusions {
    /// Each row is a class; its first character stands for all.
    static let classes = [
        "ขฆมผพน", "ฝฟ", "บป", "ดต", "ชซ", "สศษ", "กคถ", "ทธ", "รล", "ณฌ", "ฎฏภ", "ฬฮ",
        "0ODQ", "1I", "2Z", "5S", "6G", "8B",
    ]

    private static let representatives: [Unicode.Scalar: Unicode.Scalar] = {
        var table: [Unicode.Scalar: Unicode.Scalar] = [:]
        for members in classes.map(\.unicodeScalars) {
            for member in members {
                table[member] = members.first
            }
        }
        return table
    }()

    /// The key with every confusable character replaced by the one that stands for its class.
    ///
    /// - Parameter key: a key from ``Plate/key(of:)``. The answer has as many Unicode scalars.
    public static func skeleton(of key: String) -> String {
        var skeleton = String.UnicodeScalarView()
        for scalar in key.unicodeScalars {
            skeleton.append(representatives[scalar] ?? scalar)
        }
        return String(skeleton)
    }
}
