"""A picture of every page, in both languages, on a phone and on a desk, light and dark. None scrolls sideways."""

import base64
import pathlib

import pages
from api import API, jpeg
from browser import Browser
from program import expect, run

screens = {"phone": (390, 844), "desk": (1440, 900)}


class Camera:
    def __init__(self, browser, folder):
        self.browser = browser
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.wide = []
        self.count = 0

    def shoot(self, name):
        """The present page in all four looks, in the present language."""
        for screen, (width, height) in screens.items():
            def resize(height):
                self.browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": width, "height": height, "deviceScaleFactor": 1, "mobile": screen == "phone"})

            resize(height)
            pages.wait_loaded(self.browser)
            # As high as the page, so that what is fixed to the lower edge does not lie over the middle of it.
            resize(max(height, self.browser.driver.execute_async_script("""
                const done = arguments[0];
                requestAnimationFrame(() => requestAnimationFrame(() => done(document.documentElement.scrollHeight)))
            """)))
            for look in ("light", "dark"):
                self.browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
                    {"name": "prefers-color-scheme", "value": look},
                    {"name": "prefers-reduced-motion", "value": "reduce"}]})
                # The page hears of it with one of the next frames, and is painted with the one after that.
                self.browser.driver.execute_async_script("""
                    const [look, done] = arguments;
                    const settled = () => document.documentElement.dataset.theme === look
                        ? requestAnimationFrame(() => requestAnimationFrame(() => done()))
                        : requestAnimationFrame(settled);
                    settled();
                """, look)
                pages.wait_loaded(self.browser)
                over = self.browser.script("return document.documentElement.scrollWidth - window.innerWidth")
                label = f"{name}-{self.browser.language}-{screen}-{look}"
                if over > 0:
                    self.wide.append(f"{label} by {over} px")
                data = self.browser.driver.execute_cdp_cmd(
                    "Page.captureScreenshot", {"format": "png"})["data"]
                (self.folder / f"{label}.png").write_bytes(base64.b64decode(data))
                self.count += 1


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


run(main, {"address": None, "fresh": None, "key": None, "folder": None, "language": None}, seconds=170)
