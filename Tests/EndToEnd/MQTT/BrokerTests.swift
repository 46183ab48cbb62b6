import Domain
import TestSupport
import Testing

/// The tests' own broker does what the other tests rely on.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct BrokerTests {
    @Test func sessionsOutliveIt() async throws {
        let broker = try await Broker.start()
        let listener = try await TopicListener.start("a/+", "b", at: broker)
        try await broker.publish("a/1", "{\"n\": 1}")
        try await listener.first("message") { $0.topic == "a/1" && $0.json["n"] == 1 && !$0.isRetained }
        try await broker.publish("b", "kept", ["-r"])
        try await broker.save()
        try await broker.publish("a/2", "lost with it, perhaps")
        await broker.kill()
        try await broker.startAgain()
        try await broker.publish("a/3", "after it")
        try await listener.first("message after a kill") { $0.topic == "a/3" }
        let late = try await TopicListener.start("b", at: broker)
        try await late.first("what is kept") { $0.payload == "kept" && $0.isRetained }
        #expect(broker.connections(of: "nobody") == 0)
        #expect(broker.attempts >= 6)
    }

    @Test func everyLoadIsAcknowledged() async throws {
        let broker = try await Broker.start()
        async let sending = MQTTLoad.publish(to: broker, count: 2_000, ["again": "yes", "rate": "2000"])
        try await eventually("camera") { broker.connections(of: "load-0") > 0 ? true : nil }
        await broker.kill()
        try await broker.startAgain()
        let sent = try await sending
        #expect(Set(sent.acknowledged).count == 2_000 && sent.acknowledged.count == 2_000)
    }

    @Test func encryptedWithPasswords() async throws {
        let folder = try ScratchFolder()
        let certificates = Certificates(directory: folder.path)
        let authority = try await certificates.authority("authority")
        let client = try await certificates.signed("client", by: authority)
        let broker = try await Broker.start(
            BrokerSetup(
                passwords: ["somebody": "secret"], acl: "user somebody\ntopic readwrite a/#\n",
                encryption: BrokerSetup.Encryption(
                    identity: try await certificates.signed("broker", by: authority), authority: authority,
                    asksForCertificate: true)))
        let encrypted = ["--cafile", authority.certificate]
        let ours = ["--cert", client.certificate, "--key", client.key]
        let user = ["-u", "somebody", "-P", "secret"]
        try await broker.publish("a/1", "let in", encrypted + ours + user)
        for refused in [encrypted + user, encrypted + ours, encrypted + ours + ["-u", "somebody", "-P", "x"]] {
            await #expect(throws: TestFailure.self) { try await broker.publish("a/1", "not let in", refused) }
        }
        try await broker.add(user: "other", password: "secret")
        try await eventually("other user") {
            try? await broker.publish("a/1", "let in", encrypted + ours + ["-u", "other", "-P", "secret"])
        }
    }
}
