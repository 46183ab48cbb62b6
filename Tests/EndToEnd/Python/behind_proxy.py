"""Clients of an appliance behind a reverse proxy, each with an address of its own on this machine."""

import json
import os
import socket
import urllib.parse

import requests
import websocket
from requests.adapters import HTTPAdapter

import api as http
from api import API
from program import expect, expect_equal, run
from tls_socket import TLSSocket

# The one that intake.trusted_networks names, and one that nothing names.
camera, stranger = "127.0.0.7", "127.0.0.5"


class From(HTTPAdapter):
    """Connects from an address."""

    def __init__(self, address):
        self.source = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self.source, 0), **options)


def client(address):
    """A program without a key, at an address."""
    session = requests.Session()
    session.trust_env = False
    session.verify = os.environ["REQUESTS_CA_BUNDLE"]
    for scheme in ("http://", "https://"):
        session.mount(scheme, From(address))
    return session


def open_socket(place, source, headers=(), origin=None):
    """The status of an upgrade at /ws, and the role that the greeting names."""
    parts = urllib.parse.urlsplit(place)
    wire = TLSSocket(place, source) if parts.scheme == "https" else socket.create_connection(
        (parts.hostname, parts.port), 60, (source, 0))
    try:
        live = websocket.create_connection(
            place.replace("http", "ws", 1) + "/ws", socket=wire, timeout=60, header=list(headers), origin=origin,
            suppress_origin=origin is None)
    except websocket.WebSocketBadStatusException as error:
        wire.close()
        return error.status_code, None
    greeting = json.loads(live.recv())
    live.close()
    return 101, greeting["data"]["role"]


def page(arguments, api):
    person = client(stranger)
    answer = person.get(arguments.plain + "/events?plate=1", timeout=60, allow_redirects=False)
    expect_equal((answer.status_code, answer.headers["Location"]), (308, "https://127.0.0.1/events?plate=1"),
                 "the answer by http")
    answer = person.get(arguments.address + "/", timeout=60)
    expect_equal(answer.status_code, 200, "the status of the page")
    expect('<div id="app">' in answer.text, "the page is another one")
    expect("frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], "the policy is not passed on")

    login = {"username": "admin", "password": "a long enough sentence"}
    elsewhere = {"Origin": "https://evil.example"}
    answer = person.post(arguments.address + "/api/auth/login", json=login, headers=elsewhere, timeout=60)
    expect_equal(answer.status_code, 403, "a login from another site's page")
    own = {"Origin": arguments.address}
    answer = person.post(arguments.address + "/api/auth/login", json=login, headers=own, timeout=60)
    expect_equal(answer.status_code, 200, "the login")
    cookie = answer.headers["Set-Cookie"]
    expect(cookie.startswith("__Host-lpr-session=") and cookie.endswith("; Secure"), "the cookie is not Secure")
    event = http.jpeg()
    sent = api.send_event("1กก 1234", event, province="กรุงเทพมหานคร")
    path = f"/api/lpr/events/{sent['event_id']}"
    for headers, expected in ((own, 200), (elsewhere, 403), ({"Origin": "http" + arguments.address[5:]}, 403)):
        answer = person.put(arguments.address + path, json={"note": "x"}, headers=headers, timeout=60)
        expect_equal(answer.status_code, expected, f"a change from {headers}")
    picture = person.get(arguments.address + path + "/image", timeout=60)
    expect_equal(picture.content, event, "the picture")
    everything = person.get(arguments.address + "/api/lpr/events", headers={"Accept": "text/csv"}, timeout=60)
    expect(sent["event_id"] in everything.text, "the export")

    session = "Cookie: " + cookie.split(";")[0]
    for origin, expected in ((arguments.address, (101, "admin")), ("https://evil.example", (403, None))):
        expect_equal(open_socket(arguments.address, stranger, [session], origin), expected, f"a socket of {origin}")
    # Who goes around the proxy has another cookie, and this one is none there.
    answer = client(stranger).get(arguments.direct + "/api/devices", headers={"Cookie": session[8:]}, timeout=60)
    expect_equal(answer.status_code, 401, "the cookie without TLS")


def addresses(arguments, api):
    """The client's address counts, and nobody's word on himself."""
    def send(source, place, identity, forwarded=None):
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        event = {"event_id": identity, "edge_device_id": "gate-7", "license_plate": "1กก 1", "confidence": 0.9}
        return client(source).post(
            place + "/api/lpr/events", json=event, headers=headers, timeout=60).status_code

    expect_equal(send(camera, arguments.address, "a"), 201, "the camera through the proxy")
    expect_equal(api.get("/api/devices/gate-7")["ip_address"], camera, "the address of the device")
    expect_equal(send(stranger, arguments.address, "b"), 401, "a stranger through the proxy")
    for forwarded in (camera, f"{camera}, 127.0.0.1", f"[{camera}]", "x" * 4_000):
        expect_equal(send(stranger, arguments.address, "c", forwarded), 401, f"a stranger with {forwarded[:30]}")
        expect_equal(send(stranger, arguments.direct, "d", forwarded), 401, f"around the proxy, with {forwarded[:30]}")
        expect_equal(send(camera, arguments.address, "a", forwarded), 200, f"the camera with {forwarded[:30]}")
    expect_equal(send(camera, arguments.direct, "e", stranger), 201, "the camera around the proxy, with a header")
    # The proxy's own address is no camera's, and only its word is taken.
    expect_equal(send("127.0.0.1", arguments.direct, "f", camera), 201, "the word of the proxy")
    expect_equal(send("127.0.0.1", arguments.direct, "g"), 401, "the proxy itself")

    for source, place, forwarded in ((camera, arguments.address, "127.0.0.9"), (camera, arguments.direct, "127.0.0.9")):
        answer = client(source).post(
            place + "/api/lpr/events", json={"license_plate": 7}, headers={"X-Forwarded-For": forwarded}, timeout=60)
        expect_equal(answer.status_code, 422, f"{answer.text}")
    rejected = api.get("/api/rejected")["rejected"]
    expect_equal([each["peer"] for each in rejected], [camera, camera], "the peers of rejected messages")
    log = api.get("/api/communication/logs", limit=500)["logs"]
    failed = [each for each in log if not each["success"]]
    expect_equal([(each["source"], each["trusted_network"]) for each in failed], [(camera, True)] * 2,
                 "the sources in the communication log")
    expect(not any(each["source"] == "127.0.0.1" for each in log), f"the proxy stands in the log: {log}")


def doors(arguments, api):
    """WebSockets and Socket.IO without a key, by the address alone."""
    forged = [f"X-Forwarded-For: {camera}", "X-Forwarded-Proto: https"]
    for place in (arguments.address, arguments.direct):
        expect_equal(open_socket(place, camera), (101, "device"), f"the camera at {place}")
        expect_equal(open_socket(place, stranger), (401, None), f"a stranger at {place}")
        expect_equal(open_socket(place, stranger, forged), (401, None), f"a stranger with headers at {place}")
        for source, headers, expected in ((camera, {}, True), (stranger, {"X-Forwarded-For": camera}, False)):
            session = client(source)
            path = place + "/socket.io/?EIO=4&transport=polling"
            answer = session.get(path, headers=headers, timeout=60)
            expect_equal(answer.status_code, 200, "the status of a handshake")
            path += "&sid=" + json.loads(answer.text[1:])["sid"]
            session.post(path, data="40", headers=headers, timeout=60)
            heard = session.get(path, headers=headers, timeout=60).text
            expect_equal(heard.startswith("40{"), expected, f"{source} at {place} heard {heard}")
    expect_equal(open_socket(arguments.direct, "127.0.0.1", forged), (101, "device"), "the word of the proxy")


def bodies(arguments, api):
    """Up to http.max_body, and what stands behind it."""
    picture = http.large_jpeg(11 << 20)

    def form(padding):
        # JSON may have spaces around it.
        event = json.dumps({"license_plate": "1กก 1", "confidence": 0.9}) + " " * padding
        return requests.Request("POST", arguments.address, files={
            "event": (None, event, "application/json"), "image": ("a.jpg", picture, "image/jpeg")}).prepare()

    def send(size, announced=True):
        prepared = form(size - len(form(0).body))
        body = prepared.body
        expect_equal(len(body), size, "the size of the body")
        pieces = body if announced else (body[place:place + 65_536] for place in range(0, size, 65_536))
        answer = client(stranger).post(
            arguments.address + "/api/lpr/events", data=pieces, timeout=60,
            headers={"Content-Type": prepared.headers["Content-Type"], "X-API-Key": arguments.device})
        return answer.status_code, answer.headers.get("Content-Type", "").split(";")[0]

    most = 12 << 20
    for announced in (True, False):
        expect_equal(send(most, announced)[0], 201, "12 MiB")
        expect_equal(send(most + 1, announced), (413, "application/problem+json"), "a byte more")
        expect_equal(send(13 << 20, announced), (413, "application/problem+json"), "the most that nginx lets through")
    expect_equal(send(14 << 20)[0], 413, "more than nginx lets through")
    # The next one does not suffer for it.
    for _ in range(5):
        expect_equal(send(most + 1)[0], 413, "a byte more")
        api.send_event("1กก 1", http.jpeg())


def unprepared(arguments, api):
    """What works through a proxy that passes on nothing, and what is said of the rest."""
    person = client(stranger)
    expect_equal(person.get(arguments.address + "/", timeout=60).status_code, 200, "the page")
    event = api.send_event("1กก 1234", http.jpeg())
    everything = api.session.get(arguments.address + "/api/lpr/events", headers={"Accept": "text/csv"}, timeout=60)
    expect(event["event_id"] in everything.text, "the export")
    expect_equal(api.session.get(f"{arguments.address}/api/lpr/events/{event['event_id']}/image").content, http.jpeg(),
                 "the picture")
    answer = person.post(
        arguments.address + "/api/auth/login", headers={"Origin": arguments.address}, timeout=60,
        json={"username": "admin", "password": "a long enough sentence"})
    expect_equal(answer.status_code, 403, "the login")
    expect("http.trusted_proxies" in answer.json()["detail"], f"the words are {answer.text}")


topics = {each.__name__: each for each in (page, addresses, doors, bodies, unprepared)}


def main(arguments):
    topics[arguments.topic](arguments, API(arguments.address, arguments.key))


run(main, {"address": None, "plain": None, "direct": None, "key": None, "device": None, "topic": None})
