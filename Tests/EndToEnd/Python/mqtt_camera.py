"""What cameras send by MQTT and what comes of it: events, shapes of the field, reports, registrations, announcements."""

import base64
import json
import pathlib
import subprocess

from api import jpeg
from mqtt_site import Site, traces
from program import eventually, expect, expect_equal, run

golden = pathlib.Path(__file__).parents[2] / "DialectsTests/Golden"


def native(site):
    picture = jpeg()
    event = {"event_id": "whole", "edge_device_id": "gate-1", "license_plate": "1กก 1234",
             "province": "กรุงเทพมหานคร", "confidence": 0.93, "captured_at": "2026-11-23T08:00:00.123+07:00",
             "image": base64.b64encode(picture).decode(), "metadata": {"lane": 2}}
    site.camera.send("lpr/data/edge/gate-1", event)
    stored = site.api.stored("whole")
    for name in ("edge_device_id", "license_plate", "confidence"):
        expect_equal(stored[name], event[name], name)
    expect_equal(stored["source_protocol"], "mqtt", "the protocol")
    expect_equal(stored["metadata"], {"lane": 2}, "the metadata")
    got = site.api.session.get(site.api.address + stored["image_url"], timeout=60)
    expect(got.content == picture, "the picture is another one")
    told = site.processed("whole")
    for name in ("event_id", "edge_device_id", "license_plate", "plate_key", "plate_kind", "province",
                 "province_code", "confidence", "captured_at", "received_at", "frame_id", "source_protocol"):
        expect_equal(told[name], stored[name], f"{name} in lpr/data/processed")
    expect(isinstance(told["sequence"], int), "there is no sequence")

    # The topic says who it is; another name for the same field; no id.
    site.camera.send("lpr/data/edge/gate-2", {"event_id": "topic", "license_plate": "2กก 1"})
    expect_equal(site.api.stored("topic")["edge_device_id"], "gate-2", "the device of the topic")
    site.camera.send("lpr/data/edge/gate-1", {"event_id": "null", "license_plate": None, "confidence": 0.5})
    expect_equal(site.api.stored("null")["license_plate"], None, "no plate")
    site.camera.send("lpr/data/edge/gate-3", {"license_plate": "3กก 1"})

    def unnamed():
        return site.api.get("/api/lpr/events", device="gate-3")["events"]

    named = eventually("event without an id", unnamed)
    expect_equal(len(named), 1, "events of gate-3")
    site.processed(named[0]["event_id"])

    # A C client, each version and each quality of service.
    host, port = site.broker.split(":")
    for version in ("mqttv5", "mqttv311"):
        for quality in "012":
            subprocess.run(
                ["mosquitto_pub", "-h", host, "-p", port, "-V", version, "-q", quality, "-t", "lpr/data/edge/gate-4",
                 "-m", json.dumps({"event_id": f"{version}-{quality}", "license_plate": "4กก 1"})],
                check=True, timeout=60)
            site.api.stored(f"{version}-{quality}")
            site.processed(f"{version}-{quality}")

    everything = {each["event_id"] for each in site.api.get("/api/lpr/events", limit=500)["events"]}
    site.monitor.inbox.wait("all of lpr/data/processed", lambda items: everything <= {
        each.json["event_id"] for each in items if each.topic == "lpr/data/processed"})
    told = [each.json["event_id"] for each in site.monitor.heard("lpr/data/processed")]
    expect_equal(sorted(told), sorted(everything), "what was told, each once")
    expect_equal(site.monitor.heard("lpr/data/error"), [], "errors")
    traces(site, len(everything))


def field(site):
    """Every shape in which the cameras in the field speak, as the tests of the dialects know them."""
    events = 0
    for path in sorted(golden.glob("*.json")):
        if path.name.endswith(".expected.json"):
            continue
        expected = json.loads(path.with_name(path.stem + ".expected.json").read_text())
        if expected["kind"] != "detection":
            continue
        site.camera.send(f"lpr/data/edge/{expected['device']}", path.read_bytes())
        for each in expected["events"]:
            events += 1
            if not each["event_id"]:
                # Nothing in it tells it from the next one.
                eventually(path.name, lambda: site.api.get(
                    "/api/lpr/events", plate=each["license_plate"], device=expected["device"])["events"])
                continue
            stored = site.api.stored(each["event_id"])
            expect_equal((stored["license_plate"], stored["edge_device_id"], stored["source_protocol"]),
                         (each["license_plate"], expected["device"], "mqtt"), f"an event of {path.name}")
            site.processed(each["event_id"])
    expect(events > 20, f"only {events} events")
    # Some of the shapes tell of the same read in other words.
    reasons = {each["reason"].split(":")[0] for each in site.api.get("/api/rejected")["rejected"]}
    expect_equal(reasons, {"stored already, with other content"}, "reasons of rejected messages")


def devices(site):
    def report(device, wanted, what):
        def look():
            found = site.api.find(f"/api/devices/{device}")
            return found if found and wanted(found) else None

        return eventually(f"{what} of {device}", look)

    site.camera.send("lpr/data/edge/cam-1", {"type": "camera_register", "camera_id": "cam-1", "checkpoint_id": "CP-3"})
    found = report("cam-1", lambda each: each["checkpoint"] == "CP-3", "registration")
    expect_equal((found["protocols"], found["ip_address"]), (["mqtt"], None), "protocols and address")
    site.camera.send("system/status/cam-1", {"temperature": 61.2, "status": "healthy"})
    found = report("cam-1", lambda each: (each["health"] or {}).get("temperature") == 61.2, "health")
    expect(found["online"], "a device that reports its health is not online")
    site.camera.send("system/status/cam-2", "online")
    report("cam-2", lambda each: (each["health"] or {}).get("status") == "online", "word as a status")
    site.camera.send("system/status/cam-2", "offline")
    report("cam-2", lambda each: (each["health"] or {}).get("status") == "offline", "word as a status")
    site.camera.send("lpr/data/edge/cam-3", {
        "type": "health_status", "camera_id": "cam-3", "status": "healthy", "component": "camera"})
    report("cam-3", lambda each: (each["health"] or {}).get("component") == "camera", "health on the topic of events")
    # What a broker keeps was not said just now.
    site.camera.send("system/status/cam-1", {"temperature": 62.5}, retain=True)
    report("cam-1", lambda each: (each["health"] or {}).get("temperature") == 62.5, "health with the mark to retain")
    # Our own status comes back to us, as everything does; it is no device's.
    names = {each["device_id"] for each in site.api.get("/api/devices")["devices"]}
    expect_equal(names, {"gate-1", "cam-1", "cam-2", "cam-3"}, "the devices")
    expect_equal(site.api.get("/api/rejected")["rejected"], [], "rejected messages")


def files(site):
    def answer(topic, identity):
        return site.monitor.inbox.first(f"{identity} on {topic}", lambda each: (
            each.topic == topic and each.json.get("request_id") == identity)).json

    digest = "ab" * 32
    own, common = "file/transfer/request", "file/transfer/status"
    site.camera.send(f"{own}/cam-1", {"request_id": "r-1", "path": "2026/a.jpg", "size": 1000, "sha256": digest})
    told = answer(f"{common}/cam-1", "r-1")
    expect_equal((told["status"], told["device_id"], told["path"]), ("accepted", "cam-1", "2026/a.jpg"), "the answer")
    site.camera.send(own, {"request_id": "r-2", "device_id": "cam-2", "path": "b.jpg", "size": 1, "sha256": digest})
    told = answer(common, "r-2")
    expect_equal((told["status"], told["device_id"]), ("accepted", "cam-2"), "the answer on the common topic")
    wrong = {
        "outside": {"path": "../b.jpg"}, "nothing": {"path": ""}, "size": {"size": -1}, "digest": {"sha256": "xyz"},
        "somebody": {"device_id": "cam-9"},
    }
    for name, members in wrong.items():
        site.camera.send(f"{own}/cam-1", {"request_id": name, "path": "c.jpg", "size": 1, "sha256": digest, **members})
        told = answer(f"{common}/cam-1", name)
        expect_equal(told["status"], "rejected", f"the answer to {members}")
        expect(told["reason"], f"no reason for {members}")
    expect_equal(len(site.api.get("/api/rejected")["rejected"]), len(wrong), "rejected messages")


def extra(site):
    site.camera.send("aicamera/edge/cam-1/detection", {"license_plate": "1กก 1", "event_id": "one"})
    expect_equal(site.api.stored("one")["edge_device_id"], "cam-1", "the device of the topic")
    site.camera.send("camera/cam-07/detections", (golden / "mqtt-detection-data.json").read_bytes())
    site.api.stored("cam-36c177abba6f3e95b9ec914399f0bbd123c79974")
    # No level names the device: the message has to.
    site.camera.send("cameras/hall/reads", {"license_plate": "1กก 2", "event_id": "two", "edge_device_id": "cam-2"})
    expect_equal(site.api.stored("two")["edge_device_id"], "cam-2", "the device of the message")
    site.camera.send("cameras/hall/reads", {"license_plate": "1กก 3", "event_id": "three"})
    error = site.monitor.inbox.first("error about a message of nobody", lambda each: each.topic == "lpr/data/error").json
    expect_equal((error["topic"], error["protocol"]), ("cameras/hall/reads", "mqtt"), "the error")
    # Nobody has asked for these.
    site.camera.send("camera/cam-1/other", {"license_plate": "1กก 4", "event_id": "four"})
    site.camera.send("aicamera/edge/cam-1/detection", {"license_plate": "1กก 5", "event_id": "five"})
    site.api.stored("five")
    expect(not site.api.event("four") and not site.api.event("three"), "an event that nobody should have stored")


def main(arguments):
    site = Site(arguments)
    globals()[arguments.topic](site)
    site.camera.end()
    site.monitor.end()


run(main, {"broker": None, "address": None, "key": None, "version": "5", "topic": None})
