"""A picture of every page, in both languages, on a phone and on a desk, light and dark. None scrolls sideways."""

import pathlib

import pages
from api import API, jpeg
from browser import Browser
from camera import Camera
from program import expect, run

def fill(api):
    """Enough on every page that something can be seen."""
    provinces = ["กรุงเทพมหานคร", "ชลบุรี", "เชียงใหม่", "ประจวบคีรีขันธ์", None]
    plates = ["1กก 1234", "70-0123", "ขค 99", None, "9กฮ 9999", "1กข 5678", "ภภ 1", "AB 12 CDE"]
    for place, plate in enumerate(plates * 3):
        api.send_event(
            plate, jpeg() if place % 2 == 0 else None, event_id=f"shot-{place}",
            province=provinces[place % 5] if plate else None, confidence=[0.99, 0.72, 0.41][place % 3],
            metadata={"lane": 1 + place % 3, "vehicle": {"type": "รถเก๋ง", "colour": "white"}})
    api.ask("PUT", "/api/lpr/events/shot-0", {"license_plate": "1กก 1235", "note": "ดูจากภาพ / by eye"})
    api.ask("POST", "/api/devices", {
        "device_id": "gate-2", "name": "ประตูทิศเหนือ North gate", "checkpoint": "Entry 2"})
    api.ask("POST", "/api/lpr/events", {"license_plate": "x", "confidence": 7}, expected=(422,))
    api.ask("POST", "/api/users", {"username": "somchai", "password": "seven green buses", "role": "viewer"})


def main(arguments):
    api = API(arguments.address, arguments.key)
    fill(api)
    folder = pathlib.Path(arguments.folder)
    with Browser(arguments.fresh, language=arguments.language) as browser:
        fresh = Camera(browser, folder)
        browser.open("/setup")
        fresh.shoot("setup")
        browser.expect_clean()
    with Browser(arguments.address, language=arguments.language) as browser:
        camera = Camera(browser, folder)
        browser.open("/login")
        camera.shoot("login")
        pages.sign_in(browser)
        for name, path in pages.addresses("shot-0", "gate-1"):
            if path in ("/login", "/setup"):
                continue
            browser.open(path)
            pages.wait_signed_in(browser)
            camera.shoot(name)
            expect(browser.path == path, f"{path} led to {browser.path}")
        pages.follow(browser, "/there-is-no-such-page")
        camera.shoot("missing")
        browser.expect_clean()
    wide = fresh.wide + camera.wide
    expect(not wide, f"pages that scroll sideways: {wide}")
    return {"screenshots": fresh.count + camera.count}


run(main, {"address": None, "fresh": None, "key": None, "folder": None, "language": None}, seconds=600)
