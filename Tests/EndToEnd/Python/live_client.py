"""A program that listens at /ws by the library websocket-client, with a thread that reads."""

import json
import socket
import struct
import threading

import websocket

from program import Failed, Inbox, expect, expect_equal
from tls_socket import websocket_options


# Their frames carry the number of the change.
changes = {"lpr_event_received", "lpr_event_processed", "lpr_event_updated", "lpr_event_deleted"}


def refused(address, **options):
    """The status with which an upgrade is refused."""
    try:
        Live(address, **options).close()
    except websocket.WebSocketBadStatusException as error:
        return error.status_code
    raise Failed(f"the upgrade was not refused: {options}")


class Live:
    """One connection. `frames` has all that arrived; the end of the connection is the frame `{"event": "END"}`."""

    def __init__(self, address, key=None, query="", headers=(), origin=None, receive_buffer=None):
        options = {"sockopt": [(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)]} if receive_buffer else {}
        options.update(websocket_options(address))
        self.socket = websocket.create_connection(
            address.replace("http", "ws", 1) + "/ws" + query, timeout=60, origin=origin,
            suppress_origin=origin is None, http_no_proxy=["*"],
            header=[*headers, *([f"X-API-Key: {key}"] if key else [])], **options)
        self.socket.settimeout(None)
        self.frames = Inbox()
        self.largest = 0
        self.begun = False
        self.answers = 0
        self.reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        return self.begin()

    def __exit__(self, *_):
        self.close()

    def begin(self):
        """Begins to read, and waits for the greeting."""
        self.begun = True
        self.reader.start()
        self.greeting = self.wait("connect")["data"]
        expect_equal(self.frames.all()[0]["event"], "connect", "the first frame")
        return self

    def _read(self):
        code = None
        try:
            while True:
                opcode, data = self.socket.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
                    break
                frame = json.loads(data)
                if frame["event"] in changes:
                    self.largest = max(self.largest, frame["id"])
                self.frames.put(frame)
        except Exception as error:  # also a frame that is not as it should be
            self.frames.put({"event": "END", "data": {"code": code, "error": repr(error)}})
            return
        self.frames.put({"event": "END", "data": {"code": code}})

    def send(self, event, data=None, identity=None):
        """Sends a frame and gives the `id` that its answer carries."""
        self.answers += 1
        identity = identity or f"q{self.answers}"
        self.socket.send(json.dumps({"event": event, "data": data, "id": identity}, ensure_ascii=False))
        return identity

    def ask(self, event, data, *answers):
        """Sends a frame and waits for one of `answers`, names of events, that carries its `id`."""
        identity = self.send(event, data)
        found = self.frames.first(f"answer to {event}", lambda each: each.get("id") == identity)
        expect(found["event"] in answers, f"the answer to {event} is {found}, not {answers}")
        return found["data"]

    def wait(self, event, seconds=60, **data):
        """The first frame of an event whose data has these values."""
        return self.frames.first(
            f"{event} {data}", lambda each: each["event"] == event
            and all(each["data"].get(name) == value for name, value in data.items()), seconds)

    def seen(self, event):
        """What arrived of one event so far: its data, in order."""
        return [each["data"] for each in self.frames.all() if each["event"] == event]

    def received(self):
        return [each["event_id"] for each in self.seen("lpr_event_received")]

    def barrier(self):
        """After it, everything is here that was sent to this connection before."""
        self.ask("ping", None, "pong")

    def close(self):
        """Says good-bye; the reader sees the answer."""
        try:
            self.socket.send_close(1000, b"")
        except (OSError, websocket.WebSocketException):
            pass
        if self.begun:
            self.reader.join(10)
        self.socket.shutdown()

    def cut(self):
        """As if the cable were pulled: the connection is reset, without a word."""
        try:
            self.socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # Wakes the reader, which a close alone would not.
            self.socket.sock.shutdown(socket.SHUT_RD)
        except (OSError, AttributeError):
            pass
        self.reader.join(10)
        self.socket.shutdown()
