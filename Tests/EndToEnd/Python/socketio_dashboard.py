"""A dashboard and a device by python-socketio: credentials in `auth`, acknowledgements, filters, and what was missed."""

import socketio

from api import API
from program import Failed, Inbox, expect, expect_equal, run
from tls_socket import websocket_options

transports = {"default": None, "polling": ["polling"], "websocket": ["websocket"]}


class Client:
    def __init__(self, arguments, auth=None, headers=None, namespaces=None):
        self.inbox = Inbox()
        kind = transports[arguments.transports]
        self.client = socketio.Client(
            reconnection=False, request_timeout=60,
            websocket_extra_options={} if kind == ["polling"] else websocket_options(arguments.address))
        self.client.on("*", lambda name, *data: self.inbox.put((name, *data)))
        self.client.connect(
            arguments.address, auth=auth, headers=headers or {}, namespaces=namespaces, wait_timeout=60,
            **({"transports": kind} if kind else {}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()

    def wait(self, name, **data):
        return self.inbox.first(f"{name} {data}", lambda each: each[0] == name and all(
            each[1].get(key) == value for key, value in data.items()))[1]

    def received(self):
        return [each[1]["event_id"] for each in self.inbox.all() if each[0] == "lpr_event_received"]

    def ask(self, event, data, *answers):
        before = len(self.inbox.all())
        self.client.emit(event, data)
        return self.inbox.wait(f"answer to {event}", lambda items: next(
            (each for each in items[before:] if each[0] in answers), None))


def expect_refused(arguments, what, **options):
    try:
        with Client(arguments, **options):
            raise Failed(f"{what}: the connection was not refused")
    except socketio.exceptions.ConnectionError as error:
        return str(error)


def main(arguments):
    api = API(arguments.address, arguments.key)
    api.ask("POST", "/api/devices", {"device_id": "gate-2"}, expected=(201, 409))
    for what, auth in (("a wrong key", {"api_key": "lpr_0123456789_01234567890123456789012345678901"}),
                       ("a wrong token", {"token": "nonsense"})):
        expect_refused(arguments, what, auth=auth)
    expect_refused(arguments, "no credentials")
    message = expect_refused(arguments, "an unknown namespace", auth={"api_key": arguments.viewer},
                             namespaces=["/no-such-namespace"])
    expect("namespace" in message, f"the refusal of an unknown namespace says {message!r}")

    viewer = {"api_key": arguments.viewer}
    token = API(arguments.address, arguments.viewer).ask("POST", "/api/auth/token")["access_token"]
    first = api.send_event("1กก 1")["event_id"]
    for auth, headers in ((viewer, None), ({"token": token}, None), (None, {"X-API-Key": arguments.viewer}),
                          (None, {"Authorization": f"Bearer {token}"})):
        with Client(arguments, auth, headers) as client:
            # The connection is open before it is told, so what comes now has to be heard.
            event = api.send_event("1กก 2", metadata={"lane": 2})
            heard = client.wait("lpr_event_received", event_id=event["event_id"])
            expect_equal({**heard, "sequence": None}, {
                **api.get(f"/api/lpr/events/{event['event_id']}"), "sequence": None}, "the event")
            client.wait("lpr_event_processed", event_id=event["event_id"])
            expect_equal(client.received(), [event["event_id"]], "events heard")

    with Client(arguments, viewer) as client:
        client.ask("subscribe", {"device": "gate-2"}, "subscribed")
        api.send_event("2กก 1")
        event = api.send_event("2กก 2", edge_device_id="gate-2")["event_id"]
        client.wait("lpr_event_received", event_id=event)
        expect_equal(client.received(), [event], "events of the device gate-2")
        expect_equal(client.ask("subscribe", {"events": ["no_such_event"]}, "subscribed", "error")[0], "error",
                     "the answer to a subscription of nothing")

    # From the beginning: everything, in order, then what happens now.
    everything = [each["event_id"] for each in reversed(
        api.get("/api/lpr/events", limit=500)["events"])]
    with Client(arguments, {**viewer, "since": 0}) as client:
        last = api.send_event("3กก 1")["event_id"]
        client.wait("lpr_event_received", event_id=last)
        expect_equal(client.received()[0], first, "the first event of all")
        expect_equal(sorted(client.received()), sorted([*everything, last]), "everything since the beginning, once")

    # A device: its answers come as acknowledgement and as event.
    with Client(arguments, {"api_key": arguments.device}) as device:
        event = {"event_id": "sio-1", "license_plate": "6กก 1", "confidence": 0.8}
        for status in ("created", "duplicate"):
            answer = device.client.call("lpr_event", event, timeout=60)
            expect_equal((answer["status"], answer["event_id"]), (status, "sio-1"), "the acknowledgement")
            device.wait("lpr_response", status=status, event_id="sio-1")
        answer = device.client.call("lpr_event", {**event, "license_plate": "6กก 2"}, timeout=60)
        expect_equal((answer["status"], answer["code"]), ("error", "conflict"), "the answer to a conflict")
        answer = device.client.call("lpr_event", {"confidence": 7}, timeout=60)
        expect_equal((answer["status"], answer["code"]), ("error", "invalid"), "the answer to an event that is wrong")
        expect("confidence" in str(answer["fields"]), f"the fields of {answer}")
        api.send_event("6กก 5")
        device.ask("ping", {"type": "test"}, "pong")
        heard = {each[0] for each in device.inbox.all()}
        expect(heard <= {"lpr_response", "pong", "error"}, f"a device heard {heard}")
    return {"transports": arguments.transports}


run(main, {"address": None, "key": None, "viewer": None, "device": None, "transports": "default"})
