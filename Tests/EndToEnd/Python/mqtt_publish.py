"""Cameras that send as fast as the broker takes it, with QoS 1 and a window, and tell exactly what it acknowledged.

Each event has a name of its own in its metadata; `--ids` says which of them have it as their event id too. With
`--again yes` a camera connects again and sends what was not acknowledged once more; only then may one come twice.
Then it is told too when the connection of each was accepted and when its acknowledgement was read, in seconds of the
monotonic clock: who kills the broker knows by that which of them it may have forgotten.
"""

import json
import struct
import threading
import time

from mqtt_wire import PUBACK, Wire, publish
from program import Failed, expect, run


def events(arguments, camera, count):
    for number in range(count):
        name = f"{arguments.prefix}-{camera}-{number}"
        event = {"license_plate": f"{camera + 1}กข {number % 9999 + 1}", "confidence": 0.9, "metadata": {"name": name}}
        if arguments.ids == "all" or arguments.ids == "some" and number % 2:
            event["event_id"] = name
        if arguments.filler != "0":
            event["metadata"]["filler"] = "x" * int(arguments.filler)
        yield name, json.dumps(event, ensure_ascii=False).encode()


class Camera:
    def __init__(self, arguments, number, count):
        self.arguments, self.number = arguments, number
        self.events = events(arguments, number, count)
        self.topic = arguments.topic
        self.under_way = {}
        self.acknowledged = []
        self.next = 1
        self.pause = int(arguments.clients) / float(arguments.rate) if float(arguments.rate) else 0
        self.begin, self.sent = time.monotonic(), 0
        self.problem = None

    def run(self):
        end = time.monotonic() + int(self.arguments.limit)
        try:
            while True:
                try:
                    return self.send()
                except OSError:
                    if self.arguments.again != "yes" or time.monotonic() > end:
                        raise
                    time.sleep(0.1)
        except Exception as error:
            self.problem = error

    def send(self):
        wire = Wire.to(self.arguments.broker, f"{self.arguments.prefix}-{self.number}", self.arguments.username,
                       self.arguments.password)
        connected = time.monotonic()
        try:
            for number, (_, payload) in self.under_way.items():
                wire.send(publish(self.topic, payload, number, again=True))
            while self.fill_window(wire) or self.under_way:
                kind, _, body = wire.take() or (None, 0, b"")
                if kind is None:
                    raise ConnectionError("the broker has ended the connection")
                expect(kind == PUBACK, f"a packet of kind {kind}")
                name, _ = self.under_way.pop(struct.unpack("!H", body[:2])[0])
                self.acknowledged.append((name, connected, time.monotonic()))
        finally:
            wire.close()

    def fill_window(self, wire):
        packets = []
        while len(self.under_way) < int(self.arguments.window):
            event = next(self.events, None)
            if not event:
                break
            while self.next in self.under_way:
                self.next = self.next % 65_535 + 1
            self.under_way[self.next] = event
            packets.append(publish(self.topic, event[1], self.next))
            self.next = self.next % 65_535 + 1
            self.sent += 1
            if self.pause:
                time.sleep(max(0, self.begin + self.sent * self.pause - time.monotonic()))
                break
        wire.send(b"".join(packets))
        return bool(packets)


def main(arguments):
    begin = time.monotonic()
    clients = int(arguments.clients)
    cameras = [Camera(arguments, each, int(arguments.count) // clients) for each in range(clients)]
    threads = [threading.Thread(target=each.run, daemon=True) for each in cameras]
    for each in threads:
        each.start()
    for each in threads:
        each.join(int(arguments.limit))
        if each.is_alive():
            raise Failed(f"{sum(len(each.acknowledged) for each in cameras)} were acknowledged within the limit")
    for each in cameras:
        expect(not each.problem, f"camera {each.number}: {each.problem!r}")
    acknowledged = [each for camera in cameras for each in camera.acknowledged]
    return {"acknowledged": [name for name, _, _ in acknowledged],
            "times": [times for _, *times in acknowledged] if arguments.again == "yes" else [],
            "seconds": round(time.monotonic() - begin, 2)}


run(main, {"broker": None, "prefix": None, "count": "1000", "clients": "4", "ids": "all", "window": "200",
           "again": "no", "topic": "lpr/data/edge/gate-1", "filler": "0", "username": "", "password": "",
           "rate": "0", "limit": "560"}, seconds=600)
