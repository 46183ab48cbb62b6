"""HTTP and WebSocket byte by byte, as no library would send it."""

import base64
import hashlib
import os
import socket
import struct
import time

from program import Failed, expect, expect_equal

text, binary, close, ping, pong, more = 1, 2, 8, 9, 10, 0


def frame(opcode, payload=b"", final=True, reserved=0, masked=True, length=None):
    """The bytes of a frame; `length` may lie."""
    if isinstance(payload, str):
        payload = payload.encode()
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    size = len(payload) if length is None else length
    mask_bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([mask_bit | size])
    elif size < 1 << 16:
        head += bytes([mask_bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mask_bit | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    stream = (mask * (len(payload) // 4 + 1))[:len(payload)]
    return head + mask + (int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(payload), "big")


class Raw:
    """A connection to `address`, blocking, with a limit on each read."""

    def __init__(self, address, key=None):
        host, port = address.split("//")[1].split(":")
        self.host = f"{host}:{port}"
        self.key = key
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.nonce = base64.b64encode(os.urandom(16)).decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def request(self, path="/ws", method="GET", upgrade=True, **changes):
        """The bytes of a request; `changes` replace headers, None leaves one out."""
        headers = {"Host": self.host}
        if self.key:
            headers["X-API-Key"] = self.key
        if upgrade:
            headers |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                        "Sec-WebSocket-Key": self.nonce}
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
        return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode()

    def fill(self):
        data = self.socket.recv(65_536)
        self.buffer += data
        return bool(data)

    def take(self, count):
        while len(self.buffer) < count:
            expect(self.fill(), f"the connection ended; {self.buffer!r} was left")
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def answer(self):
        """An HTTP answer: status, headers in small letters, body."""
        while b"\r\n\r\n" not in self.buffer:
            expect(self.fill(), f"the connection ended before an answer; {self.buffer!r} was left")
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines[1:])}
        status = int(lines[0].split()[1])
        body = b"" if status == 101 else self.take(int(headers.get("content-length", "0")))
        return status, headers, body

    def upgrade(self, path="/ws", **changes):
        self.send(self.request(path, **changes))
        return self.upgraded()

    def upgraded(self):
        status, headers, body = self.answer()
        expect_equal(status, 101, f"the status of the upgrade ({body[:200]!r})")
        wanted = base64.b64encode(hashlib.sha1(
            (self.nonce + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        expect_equal(headers.get("sec-websocket-accept"), wanted, "the proof of the handshake")
        expect_equal(headers.get("upgrade", "").lower(), "websocket", "the header Upgrade")
        expect("sec-websocket-extensions" not in headers, "an extension that was not offered")
        return self

    def frame(self):
        """The next frame: opcode and payload, joined when it was sent in parts. None when the connection ends."""
        opcode, payload = None, b""
        while True:
            if not self.buffer and not self.fill():
                return None
            first, second = self.take(2)
            expect(not first & 0x70, "a reserved bit is set")
            expect(not second & 0x80, "the appliance masks its frames")
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(self.take(2 if size == 126 else 8), "big")
            part = self.take(size)
            if first & 0x0F >= 8:
                expect(first & 0x80 and size < 126, "a control frame in parts, or too long")
                return first & 0x0F, part
            expect((first & 0x0F == 0) == (opcode is not None), "parts of messages in the wrong order")
            opcode = first & 0x0F or opcode
            payload += part
            if first & 0x80:
                return opcode, payload

    def frame_of(self, *opcodes, containing=b""):
        """The next frame of one of these kinds, past all others."""
        while True:
            found = self.frame()
            expect(found, f"the connection ended without a frame of {opcodes} containing {containing!r}")
            if found[0] in opcodes and containing in found[1]:
                return found
            if found[0] == close:
                raise Failed(f"closed by {found[1]!r} instead of {opcodes} containing {containing!r}")

    def ending(self, seconds=60):
        """How the connection ends: the code of the close frame, or None without one."""
        code = None
        end = time.monotonic() + seconds
        self.socket.settimeout(seconds)
        try:
            while found := self.frame():
                if time.monotonic() > end:
                    raise TimeoutError
                if found[0] == close:
                    expect(code is None, "there are two close frames")
                    expect(len(found[1]) != 1, "a close frame with one byte")
                    code = int.from_bytes(found[1][:2], "big") if found[1] else 1005
                    found[1][2:].decode()
                    # The answer, after which nobody has to wait for anybody.
                    self.socket.sendall(frame(close, found[1][:2]))
                    self.socket.shutdown(socket.SHUT_WR)
            return code
        except TimeoutError:
            raise Failed(f"the connection does not end; the close frame: {code}") from None
        except OSError:
            return code
