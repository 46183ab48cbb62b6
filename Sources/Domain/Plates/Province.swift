/// A province of Thailand, or Betong, the district whose plates name it instead of its province Yala.
public struct Province: Sendable, Hashable {
    /// `TH-10` … `TH-96`, as in ISO 3166-2, and `TH-99` for Betong.
    public let code: String
    /// The full name as printed on plates.
    public let thai: String
    public let english: String

    init(code: String, thai: String, english: String) {
        self.code = code
        self.thai = thai
        self.english = english
    }

    /// The province of exactly this code, such as `TH-10`.
    public init?(code: String) {
        guard let province = Self.all.first(where: { $0.code == code }) else { return nil }
        self = province
    }
}
