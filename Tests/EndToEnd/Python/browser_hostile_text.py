"""Text that would like to be a script, in every field that a person or a camera fills in: it is shown, never run."""

import pages
from api import API
from browser import Browser
from program import expect, expect_equal, run

attacks = [
    "<script>attacked=1</script>",
    "<img src=x onerror=attacked=1>",
    "\"><svg onload=attacked=1>",
    "'-attacked=1-'",
    "{{attacked=1}}${attacked=1}",
    "</textarea><iframe srcdoc='<script>parent.attacked=1</script>'>",
    "javascript:attacked=1",
    "<a href=javascript:attacked=1>x</a>",
]
# At most 20 characters.
plates = ["<svg onload=x=1>", "\"><b onclick=x=1>", "<!--", "{{x=1}}", "</script><script>", "&lt;b&gt;&#0;"]


def main(arguments):
    api = API(arguments.address, arguments.key)
    shown = {}
    for place, attack in enumerate(attacks):
        plate = plates[place % len(plates)]
        metadata = {"text": attack, attack: [attack, {"deep": attack}]}
        event = api.send_event(plate, event_id=f"hostile-{place}", province=attack[:100], metadata=metadata)
        api.ask("PUT", f"/api/lpr/events/{event['event_id']}", {"note": attack})
        shown[event["event_id"]] = (plate, attack)
        api.ask("POST", "/api/devices", {
            "device_id": f"hostile-{place}", "name": attack, "site": attack, "checkpoint": attack})
        api.ask("PUT", f"/api/devices/hostile-{place}/health", {"state": attack, attack: attack},
                expected=(200, 204))

        api.ask("POST", "/api/keys", {"name": attack, "role": "viewer"})
        # Refused, and kept as it came.
        api.ask("POST", "/api/lpr/events", {"edge_device_id": attack, "license_plate": attack}, expected=(422,))

    with Browser(arguments.address) as browser:
        def expect_harmless():
            pages.wait_loaded(browser)
            expect_equal(browser.script("return typeof window.attacked"), "undefined", f"a script ran at {browser.path}")
            made = browser.script("""
                const odd = "main script, iframe, object, embed, [onerror], [onload], [onclick], [src='x']";
                const links = [...document.links].filter((each) => !["http:", "blob:"].includes(each.protocol));
                return [...document.querySelectorAll(odd), ...links].map((each) => each.outerHTML.slice(0, 200))
            """)
            expect(not made, f"markup was made from text at {browser.path}: {made}")

        pages.sign_in(browser)
        for event_id, (plate, _) in shown.items():
            expect(plate in pages.wait_event(browser, event_id).text, f"the list does not show the plate {plate!r}")
        expect_harmless()
        for event_id, (plate, attack) in shown.items():
            browser.open(f"/events/{event_id}")
            for words in (plate, attack):
                browser.wait_text(words)
            expect(browser.text.count(attack) >= 3, f"{attack!r} is not shown as note, province and metadata")
            expect_harmless()
        browser.open("/devices")
        for attack in attacks:
            browser.wait_text(attack)
        expect_harmless()
        browser.open("/devices/hostile-0")
        browser.wait_text(attacks[0])
        expect_harmless()

        for path in ("/keys", "/rejected"):
            browser.open(path)
            pages.wait_loaded(browser)
            pages.open_all(browser)
            for attack in attacks:
                browser.wait_text(attack)
            expect_harmless()
        for path in ("/?view=wall", "/overview", "/communication", "/users"):
            browser.open(path)
            expect_harmless()

        # And from the address itself.
        for attack in attacks:
            quoted = browser.script("return encodeURIComponent(arguments[0])", attack)
            for path in (f"/search?search={quoted}&plate={quoted}", f"/login?next={quoted}", f"/events/{quoted}"):
                browser.open(path)
                expect_harmless()
        browser.expect_clean(allowed=[r"Failed to load resource: .* (404|422)"])
        return {"texts": len(attacks)}


run(main, {"address": None, "key": None}, seconds=600)
