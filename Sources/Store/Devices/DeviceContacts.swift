public import Domain
import GRDB

extension WriteContext {
    /// Notes that a device was heard of; written once per transaction and device.
    public func noteContact(
        deviceID: String, address: String?, protocol: SourceProtocol, checkpoint: String? = nil
    ) {
        var contact = contacts[deviceID] ?? DeviceContact(protocols: [])
        contact.address = address ?? contact.address
        contact.protocols.insert(`protocol`)
        contact.checkpoint = checkpoint ?? contact.checkpoint
        contacts[deviceID] = contact
    }

    /// Writes the contacts of this transaction; before its commit.
    func writeContacts() throws {
        for (deviceID, contact) in contacts {
            for `protocol` in contact.protocols {
                try touch(deviceID, contact, `protocol`)
            }
        }
        contacts.removeAll(keepingCapacity: true)
    }

    private func touch(_ deviceID: String, _ contact: DeviceContact, _ protocol: SourceProtocol) throws {
        let update: (inout PreparedStatement.Binder) -> Void = { row in
            row.bind(self.now)
            row.bind(contact.address)
            row.bind(contact.checkpoint)
            row.bind(`protocol`.rawValue)
            row.bind(deviceID)
        }
        guard try statements.touchDevice.run(update) == 0 else { return }
        // A device that sends with an operator's key or from a trusted network and was never registered.
        try register(EdgeDevice(deviceID: deviceID, createdAt: now, updatedAt: now))
        try statements.touchDevice.run(update)
    }
}
