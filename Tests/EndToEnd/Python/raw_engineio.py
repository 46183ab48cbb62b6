"""Engine.IO 4 and Socket.IO 5 packet by packet, good and bad, by long polling and by the upgrade to a WebSocket.

The key is that of the device gate-1, who hears nothing but answers: what a poll brings is what was asked for.
"""

import json
import threading

import requests

from program import Failed, expect, expect_equal, run
from raw_socket import Raw, frame, text

separator = "\x1e"


class Polling:
    """A session by long polling, as its requests look on the wire."""

    def __init__(self, arguments, path="/socket.io/"):
        self.url = arguments.address + path
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["X-API-Key"] = arguments.key
        status, body = self.get(sid=None)
        expect_equal((status, body[:1]), (200, "0"), "the handshake")
        self.handshake = json.loads(body[1:])
        self.sid = self.handshake["sid"]

    def parameters(self, **changes):
        found = {"EIO": "4", "transport": "polling", "sid": getattr(self, "sid", None), **changes}
        return {name: value for name, value in found.items() if value is not None}

    def get(self, **changes):
        answer = self.http.get(self.url, params=self.parameters(**changes), timeout=60)
        return answer.status_code, answer.text

    def post(self, *packets, **changes):
        answer = self.http.post(self.url, params=self.parameters(**changes), timeout=60, data=separator.join(
            packets).encode(), headers={"Content-Type": "text/plain;charset=UTF-8"})
        return answer.status_code, answer.text

    def send(self, *packets):
        expect_equal(self.post(*packets), (200, "ok"), f"the answer to {packets}")

    def packet(self, beginning):
        """Polls until a packet begins so; passes over what else comes."""
        for _ in range(20):
            status, body = self.get()
            expect_equal(status, 200, f"a poll ({body[:200]})")
            for each in body.split(separator):
                if each == "2":
                    self.send("3")
                if each.startswith(beginning):
                    return each
        raise Failed(f"no packet that begins with {beginning}")

    def connected(self):
        self.send("40")
        expect("sid" in json.loads(self.packet("40")[2:]), "the answer to CONNECT has no sid")
        return self


def expect_polling(arguments):
    session = Polling(arguments)
    for name in ("pingInterval", "pingTimeout", "maxPayload"):
        expect(session.handshake[name] > 0, f"{name} of {session.handshake}")
    expect_equal(session.handshake["upgrades"], ["websocket"], "the upgrades")
    session.send("40/no-such-namespace,")
    refusal = session.packet("44")
    expect_equal((refusal.split(",", 1)[0], json.loads(refusal.split(",", 1)[1])["message"]),
                 ("44/no-such-namespace", "Invalid namespace"), "the refusal of a namespace")
    session.connected()
    # Several packets in one body, with letters of more than one byte, and bytes as base64.
    session.send('42["ping","กรุงเทพ"]', "3", '42["ping",{"type":"test"}]')
    session.packet('42["pong"')
    session.send('451-["ping",{"_placeholder":true,"num":0}]', "bAQID")
    session.packet("4")
    # An acknowledgement that is asked for.
    session.send('4217["lpr_event",{"license_plate":"1กก 1","edge_device_id":"gate-1"}]')
    answer = json.loads(session.packet("4317")[4:])[0]
    expect_equal(answer["status"], "created", "the acknowledgement")
    session.send("41", "1")
    # What was left may still be fetched once.
    expect(400 in (session.get()[0], session.get()[0]), "the session goes on after its end")


def expect_refusals(arguments):
    session = Polling(arguments)
    cases = {
        "an unknown sid": ({"sid": "nonsense"}, 1), "an unknown transport": ({"transport": "pigeon", "sid": None}, 0),
        "another version": ({"EIO": "9", "sid": None}, 5), "no version": ({"EIO": None, "sid": None}, 5),
    }
    for name, (changes, code) in cases.items():
        status, body = session.get(**changes)
        expect_equal((status, json.loads(body)["code"]), (400, code), name)
    status, body = session.post("40", sid=None)
    expect_equal((status, json.loads(body)["code"]), (400, 2), "a handshake by POST")
    headers = {"Origin": "http://elsewhere.example"}
    answer = session.http.get(session.url, params=session.parameters(sid=None), headers=headers, timeout=60)
    expect_equal(answer.status_code, 403, "a page of another site")
    answer = session.http.get(session.url, params=session.parameters(sid=None), headers={"X-API-Key": "lpr_wrong"},
                              timeout=60)
    expect_equal(answer.status_code, 401, "a wrong key")

    for what in ("", "9", "no packet", "49[]", "42", "42{}", "42[7]", '42["ping"', '4599-["ping"]', "b!!!"):
        broken = Polling(arguments).connected()
        broken.post(what)
        # Refused at once, or the session ends; nothing hangs, nothing breaks.
        other = Polling(arguments).connected()
        other.send('42["ping",1]')
        other.packet('42["pong"')
    # Two polls at once: the session ends, and so do both.
    session = Polling(arguments).connected()
    statuses = []
    second = Polling.__new__(Polling)
    second.__dict__ = {**session.__dict__, "http": requests.Session()}
    second.http.headers.update(session.http.headers)
    threads = [threading.Thread(target=lambda each=each: statuses.append(each.get()[0])) for each in (session, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
        expect(not thread.is_alive(), "two polls at once are held")
    expect(400 in statuses, f"two polls at once are answered {statuses}")
    expect_equal(session.get()[0], 400, "a poll after two polls at once")
    # Far too large.
    large = Polling(arguments).connected()
    try:
        status = large.post('42["ping","' + "x" * (large.handshake["maxPayload"] + 1_000) + '"]')[0]
        expect(status in (400, 413), f"a body above maxPayload is answered {status}")
    except requests.ConnectionError:
        pass  # cut off while it was sent


def expect_upgrade(arguments):
    query = "/socket.io/?EIO=4&transport=websocket"
    # A WebSocket from the beginning.
    with Raw(arguments.address, arguments.key) as raw:
        raw.upgrade(query)
        opened = json.loads(raw.frame_of(text)[1][1:])
        expect_equal(opened["upgrades"], [], "what a WebSocket can still become")
        raw.send(frame(text, "40"))
        raw.frame_of(text, containing=b'40{"sid"')
        raw.send(frame(text, '42["ping",1]'))
        raw.frame_of(text, containing=b'42["pong"')
        raw.send(frame(text, "1"))
        raw.ending()
    # The dance of an upgrade, with a poll under way, and an answer that is on its way meanwhile.
    session = Polling(arguments).connected()
    polled = []
    pending = threading.Thread(target=lambda: polled.append(session.get()))
    pending.start()
    with Raw(arguments.address, arguments.key) as raw:
        raw.upgrade(f"{query}&sid={session.sid}")
        raw.send(frame(text, "2probe"))
        expect_equal(raw.frame_of(text)[1], b"3probe", "the answer to the probe")
        pending.join(15)
        expect(not pending.is_alive(), "the poll is held during the upgrade")
        expect_equal(polled[0][0], 200, "the status of the poll that was under way")
        raw.send(frame(text, "5"))
        raw.send(frame(text, '42["ping",2]'))
        raw.frame_of(text, containing=b'42["pong"')
        expect_equal(session.get()[0], 400, "a poll after the upgrade")
    # An upgrade that is begun and left: polling goes on.
    session = Polling(arguments).connected()
    with Raw(arguments.address, arguments.key) as raw:
        raw.upgrade(f"{query}&sid={session.sid}")
        raw.send(frame(text, "2probe"))
        raw.frame_of(text, containing=b"3probe")
    session.send('42["ping",3]')
    session.packet('42["pong"')
    with Raw(arguments.address, arguments.key) as raw:
        raw.send(raw.request(f"{query}&sid=nonsense"))
        status, _, body = raw.answer()
        expect_equal(status, 400, f"an upgrade of a session that is not ({body!r})")


def main(arguments):
    topics = {"polling": expect_polling, "refusals": expect_refusals, "upgrade": expect_upgrade}
    for name in arguments.topics.split(","):
        topics[name](arguments)
    return {"topics": arguments.topics}


run(main, {"address": None, "key": None, "topics": "polling,refusals,upgrade"})
