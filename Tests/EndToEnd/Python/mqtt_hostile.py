"""A broker that is none, or a bad one. Prints its port and answers the test: `count`, how many came; `sent`, whether all
that it sends of its own is sent."""

import os
import random
import struct
import time

from mqtt_wire import CONNACK, CONNECT, DISCONNECT, PUBACK, PUBLISH, SUBACK, SUBSCRIBE
from mqtt_wire import Listener, Wire, length, packet, publish, text
from program import run, serve


def accept(wire):
    """A broker's side of a connection, up to the answer to CONNECT; gives the level of the protocol."""
    found = wire.take()
    if not found or found[0] != CONNECT:
        raise ConnectionError
    level = found[2][6]
    wire.send(packet(CONNACK, b"\0\0\0" if level == 5 else b"\0\0"))
    return level


def subscribed(wire, level):
    """Takes what comes until nothing comes for a moment, and grants subscriptions."""
    wire.socket.settimeout(0.5)
    try:
        while found := wire.take():
            kind, flags, body = found
            if kind == SUBSCRIBE:
                wire.send(packet(SUBACK, body[:2] + (b"\0" if level == 5 else b"") + b"\1"))
            elif kind == PUBLISH and flags & 0x06:
                size = struct.unpack("!H", body[:2])[0]
                wire.send(packet(PUBACK, body[2 + size:4 + size]))
    except TimeoutError:
        pass
    wire.socket.settimeout(60)


def garbage(wire):
    wire.take()
    # What begins like an answer, a goodbye or an authentication is read furthest.
    wire.send(random.choice([b"", b"\x20", b"\xe0", b"\xf0"]) + random.choice([b"", b"\x05"]) + os.urandom(5_000))


def http(wire):
    wire.take()
    wire.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def hangup(wire):
    pass


def silence(wire):
    while wire.fill():
        pass


def long_length(wire):
    """A remaining length of five bytes; four are the most."""
    wire.take()
    wire.send(b"\x20\xff\xff\xff\xff\x01")


def refusal(wire):
    """Reason 0x97, quota exceeded."""
    wire.take()
    wire.send(packet(CONNACK, b"\0\x97\0"))


def property_in_answer(wire):
    """A property that MQTT 5 does not know."""
    wire.take()
    wire.send(packet(CONNACK, b"\0\0\2\x7f\0"))


def empty_answer(wire):
    wire.take()
    wire.send(packet(CONNACK))


def after(first):
    """Accepts, grants, and then sends something."""
    def behave(wire):
        level = accept(wire)
        subscribed(wire, level)
        wire.send(first(b"\0" if level == 5 else b""))
        while wire.fill():
            pass

    return behave


def huge(wire):
    """A message of 256 MB is announced, and a part of it sent."""
    accept(wire)
    topic = text("lpr/data/edge/gate-1") + b"\0\1\0"
    wire.send(bytes([PUBLISH << 4 | 2]) + length(268_435_455) + topic)
    for _ in range(180):
        wire.send(b"x" * (1 << 20))
    wire.is_sent = True
    while wire.fill():
        pass


def drip(wire):
    """A message that never ends, a byte at a time."""
    accept(wire)
    wire.send(bytes([PUBLISH << 4 | 2]) + length(1_000) + text("lpr/data/edge/gate-1") + b"\0\1\0")
    while True:
        wire.send(b"x")
        time.sleep(0.05)


event = b'{"license_plate": "1'


modes = {
    "garbage": garbage, "http": http, "hangup": hangup, "silence": silence, "long_length": long_length,
    "refusal": refusal, "empty_answer": empty_answer, "huge": huge, "drip": drip,
    "property_in_answer": property_in_answer,
    "property_in_message": after(lambda none: publish("lpr/data/edge/gate-1", event, 1, properties=b"\2\x7f\0")),
    "property_in_goodbye": after(lambda none: packet(DISCONNECT, b"\0\2\x7f\0")),
    "no_text": after(lambda none: publish(b"lpr/data/edge/\xff\xfe", event, 1, properties=none)),
    "wildcard": after(lambda none: publish(b"lpr/data/edge/#", event, 1, properties=none)),
    "zero": after(lambda none: publish(b"lpr/data/\0", event, 1, properties=none)),
    "short_topic": after(lambda none: packet(PUBLISH, b"\xff\xff" + b"abc", 2)),
    "third_quality": after(lambda none: packet(PUBLISH, text("lpr/data/edge/gate-1") + b"\0\1" + none + event, 6)),
    "number_zero": after(lambda none: publish("lpr/data/edge/gate-1", event, 0, properties=none)),
    "second_answer": after(lambda none: packet(CONNACK, b"\0\0" + none)),
    "strange_kind": after(lambda none: packet(SUBSCRIBE, b"\0\1" + none + text("a") + b"\0", 2)),
    "unknown_acknowledgement": after(lambda none: packet(PUBACK, b"\x7f\x7f")),
    "unknown_kind": after(lambda none: packet(0, b"")),
}


class Hostile(Listener):
    def __init__(self, arguments):
        self.mode = modes[arguments.mode]
        self.wires = []
        self.listen()

    def talk(self, connection):
        connection.settimeout(60)
        try:
            wire = Wire(connection)
            wire.is_sent = False
            self.wires.append(wire)
            self.mode(wire)
        except OSError:
            pass
        connection.close()


def main(arguments):
    hostile = Hostile(arguments)

    def answer(question):
        return hostile.connections if question == "count" else any(wire.is_sent for wire in hostile.wires)

    serve(hostile.listener.getsockname()[1], answer)


run(main, {"mode": None}, seconds=600)
