"""The appliance stops while connections of all kinds are open: each is told, and nobody holds it up."""

import threading

from api import API
from field_client import Camera
from live_client import Live
from program import expect, expect_equal, run, step
from raw_socket import Raw, frame, text


def main(arguments):
    address = arguments.address
    live = [Live(address, arguments.viewer).begin() for _ in range(20)]
    camera = Camera(address, "websocket")
    polling = Camera(address, "polling")
    # One that will not answer the close, one in the middle of a message, one that reads nothing.
    silent = [Raw(address, arguments.viewer).upgrade() for _ in range(3)]
    silent[1].send(frame(text, "half of a mess", final=False) + b"\x80")
    events = API(address, arguments.key)
    posting = threading.Event()

    def post():
        try:
            while True:
                events.send_event("1กก 1234")
                posting.set()
        except Exception:
            pass  # it ends with the appliance

    threading.Thread(target=post, daemon=True).start()
    expect(posting.wait(60), "no event was taken")

    step("stop")
    codes = []
    for each in live:
        end = each.wait("END")["data"]
        codes.append(end["code"])
        expect(each.seen("disconnect"), "a dashboard was not told why")
    expect_equal(set(codes), {1001}, "the codes of the close")
    expect_equal([each.ending() for each in silent], [1001] * len(silent), "the codes for those that do not answer")
    for each in (camera, polling):
        each.inbox.first("end of the camera's connection", lambda item: item[0] == "disconnect", 10)
        each.end()
    return {"codes": codes}


run(main, {"address": None, "key": None, "viewer": None})
