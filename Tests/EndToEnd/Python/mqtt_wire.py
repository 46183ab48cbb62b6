"""MQTT 3.1.1 byte by byte, as no library would send it; of MQTT 5 only what begins a connection."""

import socket
import struct
import threading

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14


def text(value):
    """A string or bytes with its length before it."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("!H", len(data)) + data


def length(count):
    """The remaining length: seven bits a byte, the lowest first."""
    data = b""
    while True:
        count, seven = divmod(count, 128)
        data += bytes([seven | (0x80 if count else 0)])
        if not count:
            return data


def packet(kind, body=b"", flags=0):
    return bytes([kind << 4 | flags]) + length(len(body)) + body


def publish(topic, payload, number, again=False, properties=b""):
    """A PUBLISH of QoS 1. `properties` are those of MQTT 5 with their length, nothing for 3.1.1."""
    return packet(PUBLISH, text(topic) + struct.pack("!H", number) + properties + payload, 0x0A if again else 0x02)


class Wire:
    """A connection that sends and takes packets, as a client or as a broker."""

    def __init__(self, connection):
        self.socket = connection
        self.buffer = b""

    @classmethod
    def to(cls, place, name, username=None, password=None, level=4, seconds=60):
        """A client's connection to `HOST:PORT`, accepted by the broker."""
        host, port = place.split(":")
        wire = cls(socket.create_connection((host, int(port)), timeout=seconds))
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        flags = 0x02 | (0x80 if username else 0) | (0x40 if password else 0)
        body = text("MQTT") + bytes([level, flags]) + struct.pack("!H", 60) + (b"\0" if level == 5 else b"") + text(name)
        wire.send(packet(CONNECT, body + b"".join(text(each) for each in (username, password) if each)))
        kind, _, answer = wire.take() or (None, 0, b"")
        if kind != CONNACK or answer[1]:
            raise ConnectionError(f"refused: {answer!r}")
        return wire

    def send(self, data):
        self.socket.sendall(data)

    def fill(self):
        data = self.socket.recv(65_536)
        self.buffer += data
        return bool(data)

    def whole(self):
        """The first packet in the buffer: kind, flags, body, and the bytes that it takes; None while it is not whole."""
        size, place = 0, 1
        while True:
            if place >= len(self.buffer):
                return None
            byte = self.buffer[place]
            size |= (byte & 0x7F) << 7 * (place - 1)
            place += 1
            if byte < 0x80:
                break
        if len(self.buffer) < place + size:
            return None
        return self.buffer[0] >> 4, self.buffer[0] & 0x0F, self.buffer[place:place + size], place + size

    def take(self):
        """The next packet: kind, flags, body. None when the connection ends."""
        while not (found := self.whole()):
            if not self.fill():
                return None
        self.buffer = self.buffer[found[3]:]
        return found[:3]

    def close(self):
        self.socket.close()


class Listener:
    """Accepts connections on a free port, each to `talk` on a thread of its own, and counts them."""

    def listen(self):
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()
