"""Events come at full speed while dashboards lose their connection again and again and come back with `since`: each
hears every event exactly once, in one order."""

import random
import threading

from api import API
from live_client import Live
from program import Failed, expect, expect_equal, run


class Camera(threading.Thread):
    """Sends as fast as it is answered, one event a request or a few in a batch."""

    def __init__(self, arguments, number, count):
        super().__init__(daemon=True)
        self.api = API(arguments.address, arguments.key)
        self.number = number
        self.count = count
        self.sent = []
        self.error = None

    def run(self):
        try:
            while len(self.sent) < self.count:
                place = len(self.sent)
                events = [{"event_id": f"load-{self.number}-{place + more}", "edge_device_id": "gate-1",
                           "license_plate": f"{1 + place % 9}กข {place % 9999}"}
                          for more in range(1 if place % 3 else 10)]
                if len(events) == 1:
                    self.api.ask("POST", "/api/lpr/events", events[0])
                else:
                    answer = self.api.ask("POST", "/api/lpr/events/batch", events)
                    expect_equal(answer["created"], len(events), "created events of a batch")
                self.sent += [each["event_id"] for each in events]
        except Exception as error:
            self.error = error


class Dashboard(threading.Thread):
    """Listens, is cut off at a moment that the generator chooses, and comes back."""

    def __init__(self, arguments, seed):
        super().__init__(daemon=True)
        self.arguments = arguments
        self.random = random.Random(seed)
        self.heard = []
        self.numbers = []
        self.connections = 0
        self.missed = 0
        self.error = None

    def run(self):
        try:
            since = 0
            while since is not None:
                since = self.listen(since)
        except Exception as error:
            self.error = error

    def listen(self, since):
        """One life of the connection. Gives from where to go on, or nil when the last event has come."""
        live = Live(self.arguments.address, self.arguments.viewer, query=f"?since={since}").begin()
        self.connections += 1
        limit = self.random.randrange(1, 400)

        def enough(frames):
            events = [each for each in frames if each["event"] == "lpr_event_received"]
            ends = any(each["event"] == "END" for each in frames)
            return ends or len(events) >= limit or any(each["data"]["event_id"] == "last" for each in events)

        live.frames.wait("event", enough, seconds=60)
        # In the middle of whatever comes: sometimes with a good-bye, mostly without.
        if self.random.random() < 0.2:
            live.close()
        else:
            live.cut()
        frames = live.frames.all()
        missed = next((each["data"] for each in frames if each["event"] == "missed"), None)
        if missed:
            # The oldest frames were dropped for us: what came before counts, the rest is asked for again.
            expect(missed["count"] is not None, "the change feed does not reach back far enough")
            self.missed += 1
            frames = frames[:next(place for place, each in enumerate(frames) if each["event"] == "missed")]
            since = missed["since"]
        for each in frames:
            if each["event"] == "lpr_event_received":
                self.heard.append(each["data"]["event_id"])
                self.numbers.append(each["id"])
                since = each["id"]
        return None if "last" in self.heard else since


def main(arguments):
    count = int(arguments.events)
    cameras = [Camera(arguments, number, count // 2) for number in range(2)]
    dashboards = [Dashboard(arguments, f"{arguments.seed}-{number}") for number in range(3)]
    for thread in [*dashboards, *cameras]:
        thread.start()
    for camera in cameras:
        camera.join()
        if camera.error:
            raise camera.error
    API(arguments.address, arguments.key).send_event("9ฮฮ 9999", event_id="last")
    sent = {identity for camera in cameras for identity in camera.sent} | {"last"}
    for dashboard in dashboards:
        dashboard.join(90)
        if dashboard.is_alive() or dashboard.error:
            raise Failed(f"a dashboard did not get to the end: {dashboard.error}") from dashboard.error
        heard = dashboard.heard
        expect_equal(len(sent - set(heard)), 0, f"missing events, such as {sorted(sent - set(heard))[:5]}")
        expect_equal(len(heard) - len(set(heard)), 0, "repeated events")
        expect_equal(set(heard) - sent, set(), "events that nobody sent")
        expect(dashboard.numbers == sorted(dashboard.numbers), "the ids do not rise")
        expect(dashboard.connections >= 5, f"there were only {dashboard.connections} connections: send more events")
    expect(all(each.heard == dashboards[0].heard for each in dashboards), "two dashboards heard different orders")
    return {"events": len(sent), "connections": [each.connections for each in dashboards],
            "missed": [each.missed for each in dashboards]}


run(main, {"address": None, "key": None, "viewer": None, "seed": "1", "events": "4000"}, seconds=600)
