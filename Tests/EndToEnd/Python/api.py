"""The appliance by its API, as another program would use it."""

import base64
import os
import pathlib

import requests

from program import Failed, eventually

pictures = pathlib.Path(__file__).parents[3] / "Sources/CDemoPictures/pictures"


def jpeg(name="sedan-white"):
    return (pictures / f"{name}.jpg").read_bytes()


def large_jpeg(size):
    """The same picture with comments of bytes that compress badly, `size` bytes in all."""
    picture = jpeg()
    rest = size - len(picture)
    segments = b""
    while rest > 4:
        piece = min(rest - 4, 65_000)
        content = bytes((place * 2_654_435_761 >> 13) & 0xFF for place in range(piece))
        segments += b"\xff\xfe" + (piece + 2).to_bytes(2, "big") + content
        rest -= piece + 4
    return picture[:2] + segments + picture[2:]


class API:
    def __init__(self, address, key):
        self.address = address
        self.session = requests.Session()
        # No proxies of the environment; the authorities that a test names there all the same.
        self.session.trust_env = False
        self.session.verify = os.environ.get("REQUESTS_CA_BUNDLE", True)
        self.session.headers["X-API-Key"] = key

    def ask(self, method, path, body=None, expected=(200, 201), **options):
        answer = self.session.request(method, self.address + path, json=body, timeout=60, **options)
        if answer.status_code not in expected:
            raise Failed(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def get(self, path, **parameters):
        return self.ask("GET", path, params=parameters)

    def find(self, path):
        """What is there, or None."""
        answer = self.session.get(self.address + path, timeout=60)
        if answer.status_code not in (200, 404):
            raise Failed(f"GET {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.status_code == 200 else None

    def event(self, identity):
        return self.find(f"/api/lpr/events/{identity}")

    def stored(self, identity, seconds=60):
        """An event, when it is stored."""
        return eventually(f"event {identity}", lambda: self.event(identity), seconds)

    def send_event(self, plate, picture=None, **fields):
        event = {"edge_device_id": "gate-1", "license_plate": plate, "confidence": 0.93, **fields}
        if picture:
            event["image"] = base64.b64encode(picture).decode()
        return self.ask("POST", "/api/lpr/events", event)
