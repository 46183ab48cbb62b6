"""A dashboard of somebody else's making at /ws: who may connect, what it hears, filters, and what it missed."""

import api as http
from api import API
from live_client import Live, changes, refused
from program import expect, expect_equal, run


def expect_doors(arguments, api):
    address = arguments.address
    expect_equal(refused(address), 401, "without credentials")
    expect_equal(refused(address, key="lpr_0123456789_01234567890123456789012345678901"), 401, "with an unknown key")
    expect_equal(refused(address, headers=["Authorization: Bearer nonsense"]), 401, "with a wrong token")
    expect_equal(refused(address, query="?ticket=nonsense"), 401, "with a wrong ticket")
    expect_equal(refused(address, key=arguments.viewer, origin="http://elsewhere.example"), 403, "from another site")

    token = API(address, arguments.viewer).ask("POST", "/api/auth/token")["access_token"]
    with Live(address, headers=[f"Authorization: Bearer {token}"]) as live:
        expect_equal(live.greeting["role"], "viewer", "the role by token")

    login = api.session.post(address + "/api/auth/login", timeout=60, headers={"X-API-Key": None}, json={
        "username": "admin", "password": "a long enough sentence"})
    expect_equal(login.status_code, 200, "login")
    cookie = "Cookie: " + "; ".join(f"{name}={value}" for name, value in login.cookies.items())
    api.session.cookies.clear()
    with Live(address, headers=[cookie], origin=address) as live:
        expect_equal((live.greeting["role"], live.greeting["user"]), ("admin", "admin"), "who is greeted by cookie")
    expect_equal(refused(address, headers=[cookie], origin="http://elsewhere.example"), 403, "cookie, another site")

    ticket = API(address, arguments.viewer).ask("POST", "/api/auth/ws-ticket")
    expect(0 < ticket["expires_in_seconds"] <= 30, f"the ticket is {ticket}")
    with Live(address, query=f"?ticket={ticket['ticket']}", origin=address) as live:
        expect_equal(live.greeting["role"], "viewer", "the role by ticket")
    expect_equal(refused(address, query=f"?ticket={ticket['ticket']}", origin=address), 401, "the ticket again")


def expect_events(arguments, api):
    """All that happens to an event is heard, as the API tells it."""
    with Live(arguments.address, arguments.viewer) as live, Live(arguments.address, arguments.key) as admin:
        for name in ("session", "server_time", "sequence", "role", "user", "site"):
            expect(name in live.greeting, f"the greeting has no {name}: {live.greeting}")
        expect_equal(live.greeting["role"], "viewer", "the role")

        posted = api.send_event("1กก 1234", http.jpeg(), province="กรุงเทพมหานคร", metadata={"lane": 2})
        frame = live.wait("lpr_event_received", event_id=posted["event_id"])
        expect(isinstance(frame["id"], int) and frame["id"] > live.greeting["sequence"], f"the id of {frame}")
        expect_equal(frame["data"], {**api.get(f"/api/lpr/events/{posted['event_id']}"), "sequence": frame["id"]},
                     "the event")
        processed = live.wait("lpr_event_processed", event_id=posted["event_id"])["data"]
        expect_equal(
            (processed["edge_device_id"], processed["plate_key"], processed["plate_kind"], processed["province_code"]),
            ("gate-1", "1กก1234", "car", posted["province_code"]), "what was made of it")
        expect(processed["latency_ms"] >= 0, f"the latency of {processed}")

        identity = posted["event_id"]
        api.ask("PUT", f"/api/lpr/events/{identity}", {"license_plate": "1กก 1235"})
        updated = live.wait("lpr_event_updated", event_id=identity)
        expect_equal(updated["data"]["license_plate"], "1กก 1235", "the corrected plate")
        api.ask("DELETE", f"/api/lpr/events/{identity}", expected=(200, 204))
        deleted = live.wait("lpr_event_deleted", event_id=identity)
        expect(frame["id"] < updated["id"] < deleted["id"], "the ids of changes do not rise")

        api.ask("POST", "/api/lpr/events", {"license_plate": "1กก 1", "edge_device_id": "gate-1", "confidence": 7},
                expected=(422,))
        error = admin.wait("lpr_event_error")["data"]
        expect("confidence" in error["reason"], f"the error is {error}")
        live.barrier()
        expect_equal(live.seen("lpr_event_error"), [], "errors that a viewer hears")

        status = live.wait("system_status", seconds=60)["data"]
        expect(status["status"] in ("ok", "degraded") and status["memory"]["process_bytes"] > 0, f"{status}")
        expect(status["connections"]["websocket"] >= 2, f"connections: {status['connections']}")
        live.wait("communication_status", seconds=60)
        api.ask("POST", "/api/devices", {"device_id": "gate-9"})
        live.wait("device_status", device_id="gate-9")


def expect_filters(arguments, api):
    with Live(arguments.address, arguments.viewer) as live:
        def subscribe(**wanted):
            live.ask("subscribe", wanted, "subscribed")

        def heard(*posts):
            """Posts (plate, device) and gives which of them arrived. The last one has to."""
            before = len(live.received())
            events = [api.send_event(plate, edge_device_id=device)["event_id"] for plate, device in posts]
            live.wait("lpr_event_received", event_id=events[-1])
            new = live.received()[before:]
            expect(set(new) <= set(events), "an event came twice or from elsewhere")
            return [events.index(each) for each in new]

        subscribe(device="gate-2")
        expect_equal(heard(("1กก 1", "gate-1"), ("1กก 2", "gate-2"), ("1กก 3", "gate-1"), ("1กก 4", "gate-2")),
                     [1, 3], "of the device gate-2")
        subscribe(plate="1กก*")
        expect_equal(heard(("2กก 1", "gate-1"), ("1กก 55", "gate-2"), ("1ขข 1", "gate-1"), ("๑กก-๖๖", "gate-1")),
                     [1, 3], "of plates 1กก*")
        subscribe(plate="?กก 77", device="gate-1")
        expect_equal(heard(("1กก 77", "gate-2"), ("1กก 777", "gate-1"), ("9กก 77", "gate-1")), [2], "of ?กก 77")
        subscribe(events=["lpr_event_received"])
        before = len(live.frames.all())
        heard(("1กก 8", "gate-1"), ("1กก 9", "gate-1"))
        api.send_event("1กก 10")
        live.barrier()
        names = {each["event"] for each in live.frames.all()[before:]}
        expect_equal(names, {"lpr_event_received", "pong"}, "what is heard when only one event is wanted")
        error = live.ask("subscribe", {"events": ["no_such_event"]}, "error")
        expect(error["code"] and error["message"], f"the error is {error}")
        subscribe()
        expect_equal(heard(("3กก 1", "gate-1"), ("4กก 1", "gate-2")), [0, 1], "of everything again")


def expect_replay(arguments, api):
    """Whoever comes back with `since` hears what happened in between: all of it, in order, once."""
    with Live(arguments.address, arguments.viewer) as live:
        first = api.send_event("5กก 1")["event_id"]
        live.wait("lpr_event_received", event_id=first)
        live.wait("lpr_event_processed", event_id=first)
        since = live.largest
        live.cut()
    between = [api.send_event(f"5กก {place}")["event_id"] for place in range(2, 12)]
    api.ask("PUT", f"/api/lpr/events/{between[0]}", {"note": "in between"})
    with Live(arguments.address, arguments.viewer, query=f"?since={since}") as live:
        live.wait("lpr_event_received", event_id=between[-1])
        live.wait("lpr_event_updated", event_id=between[0])
        after = api.send_event("5กก 12")["event_id"]
        live.wait("lpr_event_received", event_id=after)
        expect_equal(live.received(), [*between, after], "what came after the gap")
        numbers = [each["id"] for each in live.frames.all() if each["event"] in changes]
        expect_equal(numbers, sorted(numbers), "the ids in their order")
        expect(numbers[0] > since, "something was repeated")
        # Who asks later hears it all again, in order.
        before = len(live.received())
        live.ask("subscribe", {"since": since, "events": ["lpr_event_received"]}, "subscribed")
        last = api.send_event("5กก 13")["event_id"]
        live.wait("lpr_event_received", event_id=last)
        live.barrier()
        expect_equal(live.received()[before:], [*between, after, last], "what came after subscribing with since")
    # The same in the first frame of a connection.
    with Live(arguments.address, arguments.viewer) as live:
        live.ask("subscribe", {"since": since, "events": ["lpr_event_received"]}, "subscribed")
        live.wait("lpr_event_received", event_id=last)
        expect_equal(live.received(), [*between, after, last], "what was before the connection")
    # From the beginning, to a connection that has just come.
    with Live(arguments.address, arguments.viewer, query="?since=0") as live:
        live.wait("lpr_event_received", event_id=last)
        numbers = [each["id"] for each in live.frames.all() if each["event"] == "lpr_event_received"]
        expect_equal(numbers, sorted(set(numbers)), "the ids since the beginning")
    for wrong in ("-1", "x", "99999999999999999999"):
        status = refused(arguments.address, key=arguments.viewer, query=f"?since={wrong}")
        expect(status in (400, 422), f"since={wrong} is answered {status}")


def expect_sending(arguments, api):
    """Devices send and hear their answers, and nothing else."""
    event = {"event_id": "ws-1", "license_plate": "6กก 1", "confidence": 0.8}
    with Live(arguments.address, arguments.device) as device, Live(arguments.address, arguments.viewer) as viewer:
        expect_equal(device.greeting["role"], "device", "the role of a device")
        answer = device.ask("lpr_event", event, "lpr_response")
        expect_equal((answer["status"], answer["event_id"]), ("created", "ws-1"), "the answer")
        viewer.wait("lpr_event_received", event_id="ws-1")
        expect_equal(api.get("/api/lpr/events/ws-1")["license_plate"], "6กก 1", "the stored plate")
        answer = device.ask("lpr_event", event, "lpr_response")
        expect_equal((answer["status"], answer["event_id"]), ("duplicate", "ws-1"), "the answer to a repetition")
        answer = device.ask("lpr_event", {**event, "license_plate": "6กก 2"}, "lpr_response", "error")
        expect_equal((answer["code"], answer.get("status", "error")), ("conflict", "error"), "the answer to a conflict")
        answer = device.ask("lpr_event", {"license_plate": "6กก 3", "confidence": 7}, "lpr_response", "error")
        expect("confidence" in str(answer["fields"]) and answer["code"] == "invalid", f"the answer is {answer}")
        answer = device.ask(
            "lpr_event", {"license_plate": "6กก 4", "edge_device_id": "gate-2"}, "lpr_response", "error")
        expect_equal(answer["code"], "forbidden", "the answer to an event of another device")
        device.ask("device_status", {"temperature_celsius": 51, "firmware": "2.4"}, "health_response")
        expect_equal(api.get("/api/devices/gate-1")["health"]["temperature_celsius"], 51, "the health")
        answer = device.ask("subscribe", {"device": "gate-2"}, "error")
        expect_equal(answer["code"], "forbidden", "the answer to a device that wants to listen")
        api.send_event("6กก 5")
        device.barrier()
        heard = {each["event"] for each in device.frames.all()}
        expect(heard <= {"connect", "lpr_response", "error", "health_response", "pong"}, f"a device heard {heard}")

        answer = viewer.ask("lpr_event", {**event, "event_id": "ws-2", "edge_device_id": "gate-1"},
                            "lpr_response", "error")
        expect_equal(answer["code"], "forbidden", "the answer to a viewer who sends")
        viewer.ask("ping", {"any": "thing"}, "pong")
        viewer.ask("no_such_event", {}, "error")
        # What is no frame of ours is answered, and the connection goes on.
        for text in ("no json", "[]", "{}", '{"event": 7}', '"ping"'):
            before = len(viewer.seen("error"))
            viewer.socket.send(text)
            viewer.frames.wait(f"error for {text}", lambda frames: len(
                [each for each in frames if each["event"] == "error"]) > before)
        viewer.barrier()


def main(arguments):
    api = API(arguments.address, arguments.key)
    api.ask("POST", "/api/devices", {"device_id": "gate-2"}, expected=(201, 409))
    topics = {"doors": expect_doors, "events": expect_events, "filters": expect_filters, "replay": expect_replay,
              "sending": expect_sending}
    for name in arguments.topics.split(","):
        topics[name](arguments, api)
    return {"topics": arguments.topics}


run(main, {"address": None, "key": None, "viewer": None, "device": None,
           "topics": "doors,events,filters,replay,sending"})
