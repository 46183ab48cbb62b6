extension SSHWriter {
    /// An answer that only says how it went.
    mutating func status(_ id: UInt32, _ status: SFTPStatus, _ message: String = "") {
        begin(SFTPNumber.Answer.status)
        uint32(id)
        uint32(status.rawValue)
        string(message.utf8)
        string("en".utf8)
        end()
    }
}
