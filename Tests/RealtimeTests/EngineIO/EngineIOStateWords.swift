import NIOCore

@testable import Realtime

extension EngineIOStateTests {
    /// Takes a step and says what came of it.
    static func take(_ step: Step, _ state: inout EngineIOState) -> String {
        switch step {
        case .get:
            let (poll, actions) = state.poll()
            let answer =
                switch poll {
                case .answer(let packets): words(packets)
                case .wait: "wait"
                case .refuse: "refuse"
                }
            return ([answer] + actions.map { word($0) }).joined(separator: " ")
        case .post(let text): return posted(state.post(text.split(separator: " ").compactMap { packet(String($0)) }))
        case .badPost: return posted(state.post(nil))
        case .frame(let text): return words(state.webSocketReceived(packet(text)))
        case .badFrame: return words(state.webSocketReceived(nil))
        case .socketClosed: return words(state.webSocketClosed())
        case .probe(let text): return words(state.probeReceived(packet(text)))
        case .badProbe: return words(state.probeReceived(nil))
        case .probeClosed: return words(state.probeClosed())
        case .release: return words(state.releasePoll())
        case .send(let text): return words(state.send([packet(text)].compactMap { $0 }))
        case .sendMany(let count):
            return words((0..<count).flatMap { state.send([.message(ByteBuffer(string: "\($0)"))]) })
        case .pingIsDue: return words(state.pingIsDue())
        case .deadline: return words(state.deadlinePassed())
        case .close: return words(state.close())
        }
    }

    private static func packet(_ text: String) -> EngineIOPacket? { EngineIOPacket(text: ByteBuffer(string: text)) }

    private static func text(_ packet: EngineIOPacket) -> String {
        var buffer = ByteBuffer()
        packet.writeText(to: &buffer, version: .four)
        return String(buffer: buffer)
    }

    private static func words(_ packets: [EngineIOPacket]) -> String {
        "[" + packets.map(text).joined(separator: " ") + "]"
    }

    private static func posted(_ outcome: (Bool, [EngineIOState.Action])) -> String {
        ([outcome.0 ? "ok" : "no"] + outcome.1.map(word)).joined(separator: " ")
    }

    private static func words(_ actions: [EngineIOState.Action]) -> String {
        actions.map(word).joined(separator: " ")
    }

    private static func word(_ action: EngineIOState.Action) -> String {
        switch action {
        case .answerPoll(let packets): packets.map { "poll" + words($0) } ?? "poll:400"
        case .releasePollSoon: "releaseSoon"
        case .send(let packet): "send:" + text(packet)
        case .sendToProbe(let packet): "probe:" + text(packet)
        case .promoteProbe: "promote"
        case .closeProbe: "closeProbe"
        case .deliver(let packet): "deliver:" + text(packet)
        case .restartHeartbeat(let next): "beat:\(next)"
        case .end(let reason): "end:\(name(reason))"
        }
    }

    private static func name(_ reason: EngineIOEnd) -> String { "\(reason)" }
}
