"""Messages that cannot be accepted: each is kept and told with its reason, is acknowledged, and stops nothing."""

import base64
import json
import os

from api import API, large_jpeg
from mqtt_client import Client
from mqtt_wire import Wire, publish
from program import expect, expect_equal, run, step

topic = "lpr/data/edge/gate-1"


def event(**fields):
    return json.dumps({"license_plate": "1กก 1234", **fields}).encode()


def cases():
    """Topic, message, words of the reason."""
    picture = base64.b64encode(large_jpeg((8 << 20) + 1_000)).decode()
    return {
        "another device": (topic, event(edge_device_id="gate-2"), "gate-2"),
        "another camera": (topic, event(type="detection_result", camera_id="cam-7", ocr_results=["1กก 1"]), "cam-7"),
        "garbage": (topic, b"\xff\x00\xfe" + os.urandom(200), "JSON"),
        "10 MB of garbage": (topic, b"\xff" + os.urandom(10_000_000), "JSON"),
        "a picture of more than 8 MiB": (topic, event(image=picture), "image"),
        "more than mqtt.max_payload": (topic, event(image="A" * (13 << 20)), "mqtt.max_payload"),
        "nothing": (topic, b"", "empty"),
        "half an event": (topic, b'{"license_plate": "1', "JSON"),
        "no object": (topic, b"[1, 2]", "object"),
        "deep": (topic, b'{"metadata":' + b'[' * 100 + b']' * 100 + b"}", "JSON"),
        "a wrong field": (topic, event(confidence=7), "confidence"),
        "not UTF-8": (topic, b'{"license_plate": "\xe0\xb8"}', "UTF-8"),
        "a name with a blank": ("lpr/data/edge/gate 1", event(), "device"),
        "a name with a dot in front": ("lpr/data/edge/.gate", event(), "device"),
        "a name that is too long": (f"lpr/data/edge/{'a' * 51}", event(), "device"),
        "no name": ("lpr/data/edge/", event(), "device"),
        "a long report": ("system/status/gate-1", json.dumps({"status": "x" * 20_000}).encode(), "16"),
    }


class Site:
    def __init__(self, arguments):
        self.broker, self.key = arguments.broker, arguments.key
        self.api = API(arguments.address, arguments.key)
        self.monitor = Client(self.broker, "monitor", arguments.version, ("lpr/data/error", "lpr/data/processed"))
        self.camera = Client(self.broker, "camera", arguments.version)
        self.good = 0

    def rejected(self):
        return self.api.get("/api/rejected", limit=200)["rejected"]

    def expect_going_on(self):
        """The next message is taken."""
        self.good += 1
        self.camera.send(topic, {"event_id": f"good-{self.good}", "license_plate": "1กก 1234"})
        self.api.stored(f"good-{self.good}")

    def expect_rejected(self, name, where, message, words):
        before = len(self.monitor.heard("lpr/data/error"))
        self.camera.send(where, message)
        self.expect_going_on()
        told = self.monitor.inbox.wait(f"error about {name}", lambda items: [
            each for each in items if each.topic == "lpr/data/error"][before:])
        expect_equal(len(told), 1, f"errors about {name}")
        told, kept = told[0].json, self.rejected()[0]
        for each in (told, kept):
            expect(words in each["reason"], f"the reason for {name} is {each['reason']!r}, without {words}")
            expect_equal((each["topic"], each["protocol"]), (where, "mqtt"), f"topic and protocol of {name}")
            expect_equal(each["payload_bytes"], len(message), f"the size of {name}")
        beginning = message[:4_096]
        try:
            shown = told["payload"].encode() if "payload" in told else base64.b64decode(told["payload_base64"])
        except (KeyError, AttributeError):
            shown = None
        # A character that the limit cuts is left out.
        expect(shown is not None and beginning.startswith(shown) and len(beginning) - len(shown) < 4,
               f"the message as told is not its beginning: {str(told)[:500]}")


def main(arguments):
    site = Site(arguments)
    everything = cases()
    for name, (where, message, words) in everything.items():
        site.expect_rejected(name, where, message, words)
    expect_equal(len(site.rejected()), len(everything), "rejected messages")

    # The broker throws out who sends such a topic; we do not even hear of it.
    for wrong in (b"lpr/data/edge/\xff\xfe", b"lpr/data/edge/\xed\xa0\x80", b"lpr/data/edge/a\x00b", b"lpr/data/edge/+"):
        raw = Wire.to(site.broker, "raw")
        raw.send(publish(wrong, event(), 1))
        expect(raw.take() is None, f"the broker takes the topic {wrong!r}")
        raw.close()
        site.expect_going_on()

    failures = site.api.get("/api/communication/logs", protocol="mqtt", success="false", limit=500)["logs"]
    expect_equal(len(failures), len(everything), "failures in the log")

    # All of it was acknowledged: nothing comes back.
    site.api = API(step("restart"), site.key)
    site.expect_going_on()
    expect_equal(len(site.rejected()), len(everything), "rejected messages after a restart")
    expect_equal(len(site.monitor.heard("lpr/data/error")), len(everything), "errors after a restart")
    expect_equal(site.api.get("/api/health")["components"]["mqtt"]["state"], "ok", "the state of MQTT")
    site.camera.end()
    site.monitor.end()
    return {"cases": len(everything)}


run(main, {"broker": None, "address": None, "key": None, "version": "5"})
