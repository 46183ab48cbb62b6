/// What sort of vehicle a plate belongs to, judged by the form of its text alone.
///
/// The raw values are stored in SQL and sent in JSON.
public enum PlateKind: String, Sendable, CaseIterable {
    /// Optional digit 1–9, two Thai consonants, number 1–9999: cars, pickups, vans and taxis.
    case car
    /// Digit, two Thai consonants, number 1–9999 on a line of its own.
    case motorcycle
    /// `NN-NNNN` with 10–99 before the dash: trucks and buses.
    case truck
    /// ท, พ, ก or อ, country code, number.
    case diplomatic
    /// Police, military and royal forms.
    case other
    /// Any other text, such as another country's plate. This is no error.
    case unknown
}
