/// Makes sentences that help of what OpenSSL and libmosquitto write about a handshake that failed.
enum TLSWords {
    private static let explanations: [(sign: String, words: String)] = [
        (
            "host name verification failed",
            "the broker's certificate is for another name; use the name that stands in it in mqtt.brokers"
        ),
        ("certificate has expired", "the broker's certificate has expired"),
        (
            "certificate verify failed",
            "the broker's certificate is not trusted: it has expired, or mqtt.ca_file does not belong to it"
        ),
        ("unknown ca", "the broker does not trust our certificate; see mqtt.certificate"),
        ("certificate required", "the broker wants a certificate of ours; set mqtt.certificate and mqtt.key"),
        ("certificate expired", "our certificate has expired; see mqtt.certificate"),
        ("bad certificate", "the broker does not accept our certificate; see mqtt.certificate"),
        ("handshake failure", "the broker and we have no encryption in common, or it wants a certificate of ours"),
        ("wrong version number", "the broker does not speak TLS at this port; does mqtt:// belong to it?"),
        ("unexpected eof", brokenOff),
        ("Unable to load", "mqtt.ca_file, mqtt.certificate or mqtt.key cannot be read, or is no PEM file"),
    ]

    /// Without a word of why.
    static let brokenOff =
        "the broker broke off the encrypted connection; does it want a certificate of ours, or another one "
        + "(mqtt.certificate)? Does mqtt:// belong to this port?"

    static func explain(_ lines: [String]) -> String {
        for explanation in explanations where lines.contains(where: { $0.contains(explanation.sign) }) {
            return explanation.words
        }
        let last = lines.last.map { ": \($0.split(separator: ":").last.map(String.init) ?? $0)" } ?? ""
        return "the encrypted connection failed\(last)"
    }
}
