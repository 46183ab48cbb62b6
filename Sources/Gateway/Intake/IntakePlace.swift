/// What the transactions of all messages have in common.
struct IntakePlace: Sendable {
    let siteID: String
    /// How many answers may wait for a broker; nil while there is no broker to tell devices by.
    let answerLimit: Int?
}
