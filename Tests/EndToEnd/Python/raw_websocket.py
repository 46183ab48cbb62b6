"""What a hostile or clumsy client may send to /ws, and that each gets the answer that RFC 6455 and HTTP ask for."""

import json
import struct
import subprocess

from program import Failed, expect, expect_equal, run
from raw_socket import Raw, binary, close, frame, more, ping, pong, text


def ask(name="ping", data=None, identity="raw"):
    return json.dumps({"event": name, "data": data, "id": identity}, ensure_ascii=False)


thai = ask(data="1กก 1234 กรุงเทพมหานคร").encode()
middle = thai.index("ก".encode()) + 1  # inside of a letter

# What is sent, and the codes with which the connection may be closed for it.
violations = {
    "an unmasked frame": (frame(text, ask(), masked=False), {1002}),
    "an unmasked ping": (frame(ping, masked=False), {1002}),
    **{f"reserved bit {bit}": (frame(text, ask(), reserved=bit), {1002}) for bit in (1, 2, 4)},
    **{f"reserved opcode {code}": (frame(code), {1002}) for code in (3, 7, 11, 15)},
    "a ping in parts": (frame(ping, final=False), {1002}),
    "a close in parts": (frame(close, final=False), {1002}),
    "a ping of 126 bytes": (frame(ping, b"x" * 126), {1002}),
    "a close of 126 bytes": (frame(close, b"\x03\xe8" + b"x" * 124), {1002}),
    "a continuation of nothing": (frame(more, "x"), {1002}),
    "a message inside a message": (frame(text, "a", final=False) + frame(text, "b"), {1002}),
    "a message that is not UTF-8": (frame(text, b'{"event":"ping","data":"\xff"}'), {1007}),
    "UTF-8 that stops in a letter": (frame(text, thai[:middle]), {1007}),
    "UTF-8 that is too long for its letter": (frame(text, b'"\xc0\xaf"'), {1007}),
    "half of a surrogate pair": (frame(text, b'"\xed\xa0\x80"'), {1007}),
    "not UTF-8 in the second part": (frame(text, '"a', final=False) + frame(more, b'\xff"'), {1007}),
    "a letter that the second part breaks": (
        frame(text, thai[:middle], final=False) + frame(more, b"a" + thai[middle:]), {1007}),
    "a close of one byte": (frame(close, b"\x03"), {1002}),
    "a close with a reason that is not UTF-8": (frame(close, b"\x03\xe8\xff"), {1007, 1002}),
    **{f"the close code {code}": (frame(close, struct.pack("!H", code)), {1002})
       for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)},
    "a frame of a terabyte": (frame(text, length=1 << 40), {1009}),
    "a frame of 64 bits": (frame(text, length=1 << 63), {1002, 1009}),
    "a message of a terabyte in parts": (frame(text, "x", final=False) + frame(more, length=1 << 40), {1009}),
}


def expect_violations(arguments):
    wrong = []
    for name, (data, codes) in violations.items():
        with Raw(arguments.address, arguments.key) as raw:
            raw.upgrade().send(data)
            try:
                code = raw.ending()
            except Failed as error:
                code = error
            if code not in codes:
                wrong.append(f"{name}: {code}, not one of {codes}")
    expect(not wrong, "\n".join(wrong))
    # Parts without an end, each of them small enough.
    with Raw(arguments.address, arguments.key) as raw:
        raw.upgrade().send(frame(text, '"', final=False))
        part = frame(more, b"x" * 1_000_000, final=False)
        try:
            for _ in range(64):
                raw.send(part)
        except ConnectionError:
            pass  # closed while we were sending
        expect(raw.ending() in (1009, None), "64 MB in parts were taken")


def expect_good_manners(arguments):
    def connected():
        return Raw(arguments.address, arguments.key).upgrade()

    for payload in (b"", b"\x00\xff\x80", b"x" * 125):
        with connected() as raw:
            raw.send(frame(ping, payload))
            expect_equal(raw.frame_of(pong)[1], payload, "the payload of the pong")
    with connected() as raw:
        # A pong that nobody asked for is passed over; parts with control frames between them are one message.
        raw.send(frame(pong, b"unasked") + frame(text, thai[:middle], final=False) + frame(ping, b"1")
                 + frame(more, b"", final=False) + frame(ping, b"2") + frame(more, thai[middle:]))
        expect_equal([raw.frame_of(pong)[1], raw.frame_of(pong)[1]], [b"1", b"2"], "pongs inside of a message")
        raw.frame_of(text, containing=b'"pong"')
        # Byte by byte.
        for byte in frame(text, ask(identity="slowly")):
            raw.send(bytes([byte]))
        raw.frame_of(text, containing=b'"slowly"')
        # Many at once.
        raw.send(b"".join(frame(text, ask(identity=f"many-{place}")) for place in range(200)))
        raw.frame_of(text, containing=b'"many-199"')
    with connected() as raw:
        # Not one of ours: an error, or the end with the code for it.
        raw.send(frame(binary, ask()))
        while (found := raw.frame_of(text, close)) and b'"error"' not in found[1]:
            expect(found[0] == text or found[1][:2] == struct.pack("!H", 1003), f"a binary frame: {found}")
            if found[0] == close:
                break
    # The first frame in the same packet as the handshake.
    with Raw(arguments.address, arguments.key) as raw:
        raw.send(raw.request() + frame(text, ask(identity="at-once")))
        raw.upgraded().frame_of(text, containing=b'"at-once"')
    with Raw(arguments.address, arguments.key) as raw:
        for byte in raw.request():
            raw.send(bytes([byte]))
        raw.upgraded().frame_of(text, containing=b'"connect"')
    for data, code in ((struct.pack("!H", 1000) + "ลาก่อน".encode(), 1000), (struct.pack("!H", 1001), 1001),
                       (struct.pack("!H", 3000), 3000), (struct.pack("!H", 4999), 4999), (b"", 1005)):
        with connected() as raw:
            # What comes after a close is not answered any more.
            raw.send(frame(close, data) + frame(text, ask(identity="too-late")))
            seen = []
            while (found := raw.frame()) and found[0] != close:
                seen.append(found[1])
            expect(found, f"the close {data!r} is not answered")
            expect(not any(b"too-late" in each for each in seen), "a frame after the close was answered")
            expect(found[1][:2] in (data[:2], struct.pack("!H", 1000)), f"the close {code} is answered {found[1]!r}")
            expect_equal(raw.frame(), None, "after the close")
    with connected() as raw:
        # Half open: we say nothing more, but still read.
        raw.frame_of(text, containing=b'"connect"')
        raw.socket.shutdown(1)
        raw.ending()


def expect_http(arguments):
    """An upgrade that is refused is a plain answer, and the connection goes on."""
    address, key = arguments.address, arguments.key

    def expect_goes_on(raw, headers, what):
        """Another request on the same connection, unless the answer said that it ends; then it does."""
        if headers.get("connection", "").lower() == "close":
            expect(not raw.fill(), f"the connection goes on after {what}")
            return
        raw.send(raw.request("/api/health", upgrade=False))
        expect_equal(raw.answer()[0], 200, f"the next request after {what}")

    with Raw(address) as raw:
        raw.send(raw.request())
        status, headers, body = raw.answer()
        expect_equal(
            (status, headers["content-type"].split(";")[0]), (401, "application/problem+json"), "without credentials")
        expect(b"login-needed" in body, f"the body is {body!r}")
        expect_goes_on(raw, headers, "401")
    wrong = {
        "no key": ({"Sec_WebSocket_Key": None}, (400,)),
        "a key that is none": ({"Sec_WebSocket_Key": "short"}, (400,)),
        "version 12": ({"Sec_WebSocket_Version": "12"}, (400, 426)),
        "no version": ({"Sec_WebSocket_Version": None}, (400, 426)),
        "no upgrade": ({"Upgrade": None, "Connection": None}, (400, 426)),
        "another protocol": ({"Upgrade": "h2c"}, (400, 426)),
        "another site": ({"Origin": "http://elsewhere.example"}, (403,)),
        "POST": ({"method": "POST", "Content_Length": "0"}, (400, 405)),
    }
    for name, (changes, statuses) in wrong.items():
        with Raw(address, key) as raw:
            raw.send(raw.request(**changes))
            status, headers, body = raw.answer()
            expect(status in statuses, f"{name} is answered {status} {body[:200]!r}, not one of {statuses}")
            if status == 426:
                # RFC 9110, section 15.5.22
                expect_equal(headers.get("upgrade", "").lower(), "websocket", f"{name}: the header Upgrade of 426")
            expect_goes_on(raw, headers, name)
    # An upgrade of a path that has none.
    with Raw(address, key) as raw:
        raw.send(raw.request("/api/health"))
        status, headers, _ = raw.answer()
        expect_equal(status, 200, "an upgrade of /api/health")
        expect_goes_on(raw, headers, "it")
    # As the second request of a connection: upgraded, or answered properly.
    for together in (False, True):
        with Raw(address, key) as raw:
            first, second = raw.request("/api/health", upgrade=False), raw.request()
            raw.send(first + second if together else first)
            expect_equal(raw.answer()[0], 200, "the first request")
            if not together:
                raw.send(second)
            if raw_status(raw) == 101:
                raw.upgraded().frame_of(text, containing=b'"connect"')
            else:
                status, _, body = raw.answer()
                expect(400 <= status < 500 and body, f"an upgrade as the second request is answered {status}")
    # curl offers HTTP/2 in clear text; the answer comes by HTTP/1.1.
    for options in ([], ["-d", json.dumps({"license_plate": "1กก 1234", "edge_device_id": "gate-1"})]):
        path = "/api/lpr/events" if options else "/api/health"
        result = subprocess.run(
            ["curl", "--http2", "--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "-H",
             f"X-API-Key: {key}", "-H", "Content-Type: application/json", "--output", "/dev/null", "--write-out",
             "%{http_code}", *options, address + path], capture_output=True, text=True, timeout=60)
        expect_equal((result.returncode, result.stdout), (0, "201" if options else "200"),
                     f"curl --http2 {path} {result.stderr}")


def raw_status(raw):
    """The status of the next answer, which stays unread."""
    while b"\r\n" not in raw.buffer:
        expect(raw.fill(), "the connection ended before an answer")
    return int(raw.buffer.split()[1])


def main(arguments):
    topics = {"violations": expect_violations, "manners": expect_good_manners, "http": expect_http}
    for name in arguments.topics.split(","):
        topics[name](arguments)
        with Raw(arguments.address, arguments.key) as raw:
            raw.upgrade().frame_of(text, containing=b'"connect"')
    return {"topics": arguments.topics, "violations": len(violations)}


run(main, {"address": None, "key": None, "topics": "violations,manners,http"}, seconds=600)
