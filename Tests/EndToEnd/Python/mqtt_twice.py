"""The same message more than once: each event is stored once, whatever names it."""

import json

from api import API
from mqtt_client import Client
from program import eventually, expect, expect_equal, run, step

topic = "lpr/data/edge/gate-1"


def main(arguments):
    api = API(arguments.address, arguments.key)
    monitor = Client(arguments.broker, "monitor", arguments.version, ("lpr/data/processed",))
    camera = Client(arguments.broker, "camera", arguments.version)
    marks = iter(range(1_000))

    def drain():
        """Everything that was sent before has been read, and told."""
        identity = f"mark-{next(marks)}"
        camera.send(topic, {"event_id": identity, "license_plate": "9กก 9999"})
        api.stored(identity)
        eventually("empty queue", lambda: api.get("/api/health")["components"]["mqtt"]["waiting"] == 0)

    def plates(plate):
        return api.get("/api/lpr/events", plate=plate)["events"]

    # The same id is the same event; with other content it is kept as rejected, and the first one stays.
    for _ in range(3):
        camera.send(topic, {"event_id": "one", "license_plate": "1กก 1"})
    drain()
    expect_equal(len(plates("1กก 1")), 1, "events of one id")
    camera.send(topic, {"event_id": "one", "license_plate": "1กก 2"})
    drain()
    expect_equal((plates("1กก 2"), len(plates("1กก 1"))), ([], 1), "other content under the same id")
    expect_equal(len(api.get("/api/rejected")["rejected"]), 1, "rejected messages")

    # Without an id, the same text twice is two events: two vehicles may look the same.
    for _ in range(2):
        camera.send(topic, {"license_plate": "2กก 1"})
    drain()
    expect_equal(len(plates("2กก 1")), 2, "two messages with the same text")

    # A detection of the field has its own identity.
    frame = {"type": "detection_result", "camera_id": "gate-1", "created_at": "2026-11-23T01:00:00.5",
             "ocr_results": ["3กก 1", "3กก 2"]}
    for _ in range(2):
        camera.send(topic, frame)
    drain()
    expect_equal([len(plates(each)) for each in ("3กก 1", "3กก 2")], [1, 1], "one frame sent twice")

    # What the broker retains is heard again and again.
    camera.send(topic, {"license_plate": "4กก 1"}, retain=True)
    drain()
    camera.send("lpr/data/edge/gate-2", {"event_id": "kept", "license_plate": "4กก 2"}, retain=True)
    drain()
    api = API(step("new session 1"), arguments.key)
    drain()
    # MQTT 3.1.1 does not tell at first that a message will be retained.
    first = len(plates("4กก 1"))
    expect(first == 1 or first == 2 and arguments.link == "3.1.1", f"a retained event is stored {first} times")
    for number in (2, 3):
        api = API(step(f"new session {number}"), arguments.key)
        drain()
    expect_equal((len(plates("4กก 1")), len(plates("4กก 2"))), (first, 1), "retained events after new sessions")

    told = [json.loads(each.payload)["event_id"] for each in monitor.heard("lpr/data/processed")]
    expect_equal(len(told), len(set(told)), "what was told twice")
    camera.end()
    monitor.end()
    return {"retained": first}


run(main, {"broker": None, "address": None, "key": None, "version": "5", "link": "5"})
