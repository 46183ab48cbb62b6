import Domain
import Identity
import NIOCore

/// What a client of `/ws` asks for, from the task that reads its frames.
struct LiveSocketSession: Sendable {
    /// What may go on at once for one client; at the bound its further frames wait (invariant 5).
    private static let workLimit = 8

    let principal: Principal
    let address: String
    let link: WebSocketLink
    let listener: LiveListener?
    let messages: AsyncStream<LiveSocketMessage>

    /// Deals with one frame after the other until the connection ends; what was begun is finished.
    func run(_ desk: SenderDesk) async {
        let turnstile = Turnstile(places: Self.workLimit)
        await withDiscardingTaskGroup { group in
            for await message in messages {
                guard let work = await take(message, desk) else {
                    message.done()
                    continue
                }
                await turnstile.enter()
                group.addTask {
                    await work()
                    message.done()
                    turnstile.leave()
                }
            }
        }
    }

    /// - Returns: what takes longer; nil when all is done.
    private func take(_ message: LiveSocketMessage, _ desk: SenderDesk) async -> (@Sendable () async -> Void)? {
        let (event, data, id): (String, JSONValue, JSONValue?)
        do throws(MessageFault) {
            (event, data, id) = try Self.parts(of: message)
        } catch {
            answer(SenderDesk.answer(to: "", error), nil)
            return nil
        }
        switch event {
        case "ping": answer(SenderDesk.Answer(event: "pong", data: Array(data.objectText.utf8)), id)
        case "subscribe": await subscribe(data, id)
        case _ where SenderDesk.knows(event):
            let sent = SenderDesk.Message(
                event: event, payload: data, principal: principal, address: address, protocol: .webSocket,
                receivedAt: message.receivedAt, byteCount: message.byteCount,
                raw: message.text.map { Array($0.readableBytesView.prefix(RejectedMessage.payloadLimit)) } ?? [])
            return { answer(await desk.handle(sent), id) }
        default:
            answer(
                SenderDesk.answer(to: event, MessageFault(.unknownEvent, "There is no event \(event.prefix(60)).")), id)
        }
        return nil
    }

    private static func parts(
        of message: LiveSocketMessage
    ) throws(MessageFault) -> (event: String, data: JSONValue, id: JSONValue?) {
        guard let text = message.text else {
            throw MessageFault(.invalid, "Frames are text; pictures go as base64 into the event or by POST.")
        }
        let parsed: Result<JSONValue, JSONError> = text.withUnsafeReadableBytes { bytes in
            do throws(JSONError) { return .success(try JSONParser.parse(bytes)) } catch { return .failure(error) }
        }
        switch parsed {
        case .failure(let error): throw MessageFault(.invalid, "The frame is not valid JSON: \(error).")
        case .success(let value):
            guard let frame = value.objectValue, let event = frame["event"]?.stringValue else {
                throw MessageFault(.invalid, "A frame is {\"event\": NAME, \"data\": …, \"id\": …}.")
            }
            return (event, frame["data"] ?? .null, frame["id"])
        }
    }

    private func subscribe(_ data: JSONValue, _ id: JSONValue?) async {
        do throws(MessageFault) {
            guard let listener else {
                throw MessageFault(.forbidden, "Devices hear answers to what they send, nothing else.")
            }
            let (events, sequence) = await listener.subscribe(try LiveSubscription(data))
            answer(LiveAnswers.subscribed(events, sequence), id)
        } catch {
            answer(SenderDesk.answer(to: "subscribe", error), id)
        }
    }

    private func answer(_ answer: SenderDesk.Answer, _ id: JSONValue?) {
        let frame = LiveSocketFrame.frame(answer.event, answer.data, id: id)
        link.run { socket in
            socket.write(frame)
            socket.flush()
        }
    }
}
