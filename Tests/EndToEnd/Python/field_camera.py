"""What a camera in the field sends and waits for, unchanged: registration, detections, health, and repetition."""

import base64
import datetime
import json
import time

from api import API, large_jpeg
from field_client import Camera
from program import expect, expect_equal, run, step


def detection(camera, created, sent, image, as_text):
    """`lpr_data` as the cameras build it: lists or the JSON text of lists, naive times, nulls in many places."""
    def items(values):
        return json.dumps(values, ensure_ascii=False) if as_text else values

    return {
        "type": "detection_result", "aicamera_id": "ignored", "camera_id": camera, "checkpoint_id": "cp-3",
        "timestamp": sent.replace(tzinfo=None).isoformat(), "created_at": created.replace(tzinfo=None).isoformat(),
        "vehicles_count": 2, "plates_count": 2,
        "ocr_results": items([{"text": "1กก 1234", "confidence": 0.91},
                              {"plate_number": "70-0123", "confidence": 0.88}]),
        "vehicle_detections": items([{"bbox": [10, 20, 200, 220], "class": "car", "score": 0.9},
                                     {"bbox": [300, 20, 500, 220], "class": "truck", "score": 0.8}]),
        "plate_detections": items([{"bbox": [50, 160, 110, 190], "score": 0.95},
                                   {"bbox": [350, 160, 410, 190], "score": 0.9}]),
        "processing_time_ms": 87.5, "original_image": image, "annotated_image": None, "cropped_plates": None,
        "vehicle_image_path": "", "note": None,
    }


def main(arguments):
    api = API(arguments.address, arguments.key)
    name = f"cam-{arguments.transports}"
    camera = Camera(arguments.address, arguments.transports, camera=name)
    wanted = "polling" if arguments.transports == "polling" else "websocket"
    expect_equal(camera.transport, wanted, "the transport in use")
    camera.inbox.first("answer to the registration", lambda each: each[0] == "camera_register")

    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=123_000)
    picture = large_jpeg(int(arguments.picture))
    image = base64.b64encode(picture).decode()

    def stored():
        # A camera that is not added is listed only if it registered itself.
        return api.get("/api/lpr/events", device=name)["events"]

    def send(created, as_text):
        # The cameras overwrite `timestamp` with the time of sending.
        sent = datetime.datetime.now()
        return camera.ask("lpr_data", detection(name, created, sent, image, as_text), "lpr_response", "error")

    kind, answer = send(now, True)
    expect_equal((kind, answer["status"]), ("lpr_response", "created"), f"the answer {answer}")
    identities = answer["event_ids"]
    expect_equal(len(set(identities)), 2, "the events of a frame with two plates")
    expect_equal(answer["event_id"], identities[0], "the first event")
    events = [api.get(f"/api/lpr/events/{identity}") for identity in identities]
    expect_equal([each["license_plate"] for each in events], ["1กก 1234", "70-0123"], "the plates")
    expect_equal([each["confidence"] for each in events], [0.91, 0.88], "the confidences")
    expect_equal({each["edge_device_id"] for each in events}, {name}, "the device")
    expect(events[0]["frame_id"] and events[0]["frame_id"] == events[1]["frame_id"], "the plates have no common frame")
    for each in events:
        captured = datetime.datetime.fromisoformat(each["captured_at"].replace("Z", "+00:00"))
        expect_equal(captured, now, "the time of capture, from created_at in UTC")
        got = api.session.get(arguments.address + each["image_url"], timeout=60)
        expect(got.content == picture, f"the picture of {each['event_id']} is another one ({len(got.content)} bytes)")
    expect_equal(events[0]["image_path"], events[1]["image_path"], "the frame's picture, stored once")
    device = api.get(f"/api/devices/{name}")
    expect_equal(device["checkpoint"], "cp-3", "the checkpoint of the device")

    kind, _ = camera.ask("health_status", {
        "camera_id": name, "checkpoint_id": "cp-3", "status": "healthy", "cpu_usage": 41.5, "memory_usage": None,
        "temperature": 61.2, "uptime": 1234, "timestamp": "2026-11-23T08:00:00"}, "health_response", "error")
    expect_equal(kind, "health_response", "the answer to the health")
    expect_equal(api.get(f"/api/devices/{name}")["health"]["temperature"], 61.2, "the health of the device")
    expect_equal(camera.ask("ping", {"type": "test"}, "pong", "error")[0], "pong", "the answer to ping")

    # The same detection again: on the same connection, as lists, after a new connection, after a restart.
    def expect_duplicate(when):
        kind, answer = send(now, False)
        expect_equal((kind, answer["status"], answer["event_ids"]), ("lpr_response", "duplicate", identities), when)
        expect_equal(len(stored()), 2, f"stored events {when}")

    expect_duplicate("on the same connection")
    camera.end()
    camera = Camera(arguments.address, arguments.transports, camera=name)
    expect_duplicate("on a new connection")

    # What is no detection is refused with a word, and the connection goes on.
    for wrong in ("no object", [], {}):
        kind, answer = camera.ask("lpr_data", wrong, "lpr_response", "error")
        expect(kind == "error" or answer["status"] == "error", f"{wrong} is answered {kind} {answer}")
    kind, answer = send(now + datetime.timedelta(seconds=1), False)
    expect_equal((kind, answer["status"]), ("lpr_response", "created"), "another detection")
    expect_equal(len(stored()), 4, "stored events")

    if arguments.restart == "yes":
        step("stop")
        camera.inbox.first("end of the connection", lambda each: each[0] == "disconnect")
        step("start")
        # The library comes back by itself, if it was not told that the other side wanted the end.
        camera.inbox.wait("second registration", lambda items: sum(
            each[0] == "camera_register" for each in items) >= 2, 30)
        kind, answer = send(now, True)
        expect_equal((kind, answer["status"], answer["event_ids"]), ("lpr_response", "duplicate", identities),
                     "after a restart of the appliance")
        expect_equal(len(stored()), 4, "stored events after the restart")

    unexpected = [each for each in camera.inbox.all() if each[0] == "unexpected"]
    expect_equal(unexpected, [], "events that a camera knows nothing of")
    transport = camera.transport
    begin = time.monotonic()
    camera.end()
    seconds = time.monotonic() - begin
    # The library waits for the answer to its last poll.
    expect(seconds < 10, f"a camera that ends its connection is held for {seconds:.0f} s")
    return {"events": identities, "transport": transport}


# A picture of 3.75 MB is 5 MB of base64.
run(main, {"address": None, "key": None, "transports": "default", "restart": "no", "picture": "3750000"}, seconds=600)
