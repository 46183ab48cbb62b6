"""A dashboard that does not read for a while: it is told what it lost, asks for it, and has everything in the end."""

from api import API
from live_client import Live
from program import expect, expect_equal, run


def main(arguments):
    api = API(arguments.address, arguments.key)
    slow = Live(arguments.address, arguments.viewer, receive_buffer=4096)
    batches = int(arguments.batches)
    sent = []
    for batch in range(batches):
        events = [{"event_id": f"slow-{batch}-{place}", "edge_device_id": "gate-1", "license_plate": f"1กข {place}",
                   "metadata": {"text": "x" * 200}} for place in range(1000)]
        expect_equal(api.ask("POST", "/api/lpr/events/batch", events)["created"], 1000, "created events")
        sent += [each["event_id"] for each in events]
    # Another reader has everything at once: the slow one holds nobody up.
    with Live(arguments.address, arguments.viewer) as quick:
        marker = api.send_event("9ฮฮ 9999", event_id="marker")["event_id"]
        quick.wait("lpr_event_received", event_id=marker)
    sent.append(marker)

    slow.begin()
    slow.frames.first("missed or the last event", lambda each: each["event"] in ("missed", "END")
                      or each["data"].get("event_id") == marker, 60)
    missed = slow.seen("missed")
    heard = slow.received()
    if missed:
        expect(missed[0]["count"] > 0, f"{missed[0]}")
        slow.wait("lpr_event_received", seconds=60, event_id=marker)
        before = len(slow.received())
        slow.ask("subscribe", {"since": missed[0]["since"], "events": ["lpr_event_received"]}, "subscribed")
        last = api.send_event("9ฮฮ 9998", event_id="last")["event_id"]
        slow.wait("lpr_event_received", seconds=60, event_id=last)
        again = slow.received()[before:]
        expect_equal(len(again), len(set(again)), "events of the replay, each once")
        # What came before the gap, and what was asked for again, is everything.
        heard = set(heard) | set(again)
        sent.append(last)
    expect_equal(len(set(sent) - set(heard)), 0, f"events that never came; missed: {missed}")
    slow.close()
    return {"events": len(sent), "missed": missed}


run(main, {"address": None, "key": None, "viewer": None, "batches": "20"}, seconds=600)
