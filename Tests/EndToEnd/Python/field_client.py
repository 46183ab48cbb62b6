"""A camera as they are in the field: the library python-socketio as it comes, with the address given as ws://."""

import socketio

from program import Inbox, expect

transports = {"default": None, "polling": ["polling"], "websocket": ["websocket"]}


class Camera:
    """Connects as the cameras do: a probe that opens and closes, then the connection that stays."""

    def __init__(self, address, kind, camera="cam-7", checkpoint="cp-3", auth=None):
        url = address.replace("http", "ws", 1)
        options = {"transports": transports[kind]} if transports[kind] else {}
        if auth:
            options["auth"] = auth
        probe = socketio.Client(reconnection=False, request_timeout=60)
        probe.connect(url, wait_timeout=60, **options)
        expect(probe.connected, "the probe is not connected")
        probe.disconnect()

        self.identity = {"camera_id": camera, "checkpoint_id": checkpoint}
        self.inbox = Inbox()
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1, request_timeout=60)
        self.client.on("connect", self._connected)
        self.client.on("disconnect", lambda *_: self.inbox.put(("disconnect", None)))
        for name in ("camera_register", "lpr_response", "health_response", "pong", "error"):
            self.client.on(name, lambda data=None, name=name: self.inbox.put((name, data)))
        self.client.on("*", lambda name, *data: self.inbox.put(("unexpected", (name, *data))))
        self.client.connect(url, wait_timeout=60, **options)

    def _connected(self):
        # From the handler, at every new connection, also those that the library makes by itself.
        self.client.emit("camera_register", {**self.identity, "timestamp": "2026-11-23T08:00:00"})
        self.inbox.put(("connect", None))

    @property
    def transport(self):
        return self.client.transport()

    def count(self, name):
        return sum(each[0] == name for each in self.inbox.all())

    def ask(self, event, data, *answers, seconds=60):
        """Emits and waits for the next of these answers: name and data."""
        before = len(self.inbox.all())
        self.client.emit(event, data)
        return self.inbox.wait(f"answer to {event}", lambda items: next(
            (each for each in items[before:] if each[0] in answers), None), seconds)

    def end(self):
        self.client.shutdown()
