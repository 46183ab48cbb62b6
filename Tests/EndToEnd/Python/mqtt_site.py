"""An appliance with its broker, a camera at it, and somebody who hears what the appliance says."""

from api import API
from mqtt_client import Client
from program import eventually, expect, expect_equal


class Site:
    def __init__(self, arguments):
        self.broker, self.version = arguments.broker, arguments.version
        self.api = API(arguments.address, arguments.key)
        self.monitor = Client(self.broker, "monitor", self.version,
                              ("lpr/data/processed", "lpr/data/error", "file/transfer/status",
                               "file/transfer/status/+"))
        self.camera = Client(self.broker, "camera", self.version)

    def processed(self, identity):
        """The message about an event; there is only one."""
        def found(items):
            return [each for each in items if each.topic == "lpr/data/processed" and each.json["event_id"] == identity]

        return self.monitor.inbox.wait(f"lpr/data/processed of {identity}", found)[0].json


def traces(site, count):
    """The log, the statistics and the device show where the events came from."""
    def logged():
        rows = site.api.get("/api/communication/logs", protocol="mqtt", limit=500)["logs"]
        kinds = [(each["direction"], each["message_type"]) for each in rows if each["success"]]
        return rows if kinds.count(("out", "lpr_event_processed")) >= count else None

    rows = eventually("outbound rows of the log", logged)
    inbound = [each for each in rows if each["direction"] == "in"]
    expect_equal(len(inbound), count, f"inbound rows of the log {inbound[:2]}")
    expect(all(each["bytes"] > 20 and each["latency_ms"] is not None for each in inbound), "a row without numbers")
    expect({"gate-1", "gate-2"} <= {each["source"] for each in inbound}, "the log does not name the devices")
    expect(not any(each["trusted_network"] for each in rows), "MQTT is no trusted network")
    totals = {(each["protocol"], each["direction"]): each
              for each in site.api.get("/api/communication/stats")["protocols"]}
    expect(totals["mqtt", "in"]["messages"] >= count, "the statistics do not count what came")
    expect(totals["mqtt", "out"]["messages"] >= count, "the statistics do not count what went")
    expect_equal(totals["mqtt", "in"]["connected_now"], 1, "connections")
    device = site.api.get("/api/devices/gate-2")
    expect_equal((device["protocols"], device["ip_address"], device["online"]), (["mqtt"], None, True),
                 "protocols, address and presence of a device behind a broker")
