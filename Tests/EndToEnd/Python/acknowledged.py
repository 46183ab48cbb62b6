"""A camera sends as fast as it can by Socket.IO, with acknowledgements and pictures, until the appliance is killed.

Writes `step: kill` when as many as asked for are acknowledged; whatever was acknowledged by the end is what it saw.
"""

import threading

import socketio

from api import jpeg
from field_client import transports
from program import expect, run


def main(arguments):
    import base64

    picture = base64.b64encode(jpeg()).decode()
    wanted = int(arguments.count)
    acknowledged, wrong = [], []
    enough, gone = threading.Event(), threading.Event()
    client = socketio.Client(reconnection=False, request_timeout=60)
    client.on("disconnect", lambda *_: gone.set())

    def answered(answer):
        (acknowledged if answer.get("status") == "created" else wrong).append(answer.get("event_id") or str(answer))
        if len(acknowledged) >= wanted:
            enough.set()

    options = {"transports": transports[arguments.transports]} if transports[arguments.transports] else {}
    client.connect(arguments.address, auth={"api_key": arguments.device}, wait_timeout=60, **options)
    # Some are under way at any time, so that the kill hits commits as well as waiting messages.
    under_way = threading.Semaphore(12)

    def send():
        number = 0
        while not gone.is_set():
            if not under_way.acquire(timeout=1):
                continue
            number += 1
            event = {"event_id": f"{arguments.name}-{number}", "license_plate": f"1กก {number % 9000 + 1}"}
            if number % 3 == 0:
                event["image"] = picture
            try:
                client.emit("lpr_event", event, callback=lambda answer: (answered(answer), under_way.release()))
            except socketio.exceptions.BadNamespaceError:
                return

    sender = threading.Thread(target=send)
    sender.start()
    expect(enough.wait(60), f"only {len(acknowledged)} of {wanted} were acknowledged; {wrong[:3]}")
    print("step: kill", flush=True)
    input()
    # A client by polling hears of it with its next request.
    gone.wait(20)
    gone.set()
    sender.join(20)
    expect(not wrong, f"what was answered otherwise: {wrong[:3]}")
    return {"acknowledged": list(acknowledged)}


run(main, {"address": None, "device": None, "name": None, "transports": "websocket", "count": "100"})
