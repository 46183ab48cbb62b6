"""Thai and English: the switch changes every word at once, and the choice is kept."""

import pages
from api import API
from browser import Browser, Words
from program import expect, expect_equal, run


def main(arguments):
    event = API(arguments.address, arguments.key).send_event("1กก 1234", province="ชลบุรี")
    words = {"en": Words("en"), "th": Words("th")}
    with Browser(arguments.address, language="th") as browser:
        # A browser that asks for Thai gets Thai, already at the door.
        browser.open("/login")
        browser.wait_text(words["th"]["login.action"])
        pages.sign_in(browser)
        pages.wait_event(browser, event["event_id"])

        def expect_language(code, *keys):
            other = "en" if code == "th" else "th"
            browser.wait(code, lambda: pages.language(browser) == code)
            for key in ("nav.live", "nav.search", "nav.devices", *keys):
                browser.wait_text(words[code][key])
                expect(words[other][key] not in browser.text, f"'{words[other][key]}' is still there")

        expect_language("th", "live.pause")
        browser.script("window.notReloaded = true")
        pages.switch_language(browser)
        expect_language("en", "live.pause")
        pages.wait_event(browser, event["event_id"])
        expect("Chon Buri" in browser.text or "Chonburi" in browser.text, "the province has no English name")
        expect(browser.script("return window.notReloaded"), "the page was loaded again")
        browser.driver.refresh()
        expect_language("en", "live.pause")

        for path, key in (("/search", "search.action"), ("/devices", "device.add"), ("/account", "account.logout")):
            pages.go(browser, path)
            expect_language("en", key)
            pages.switch_language(browser)
            expect_language("th", key)
            expect_equal(browser.path, path, "the page after the switch")
            pages.switch_language(browser)
        browser.expect_clean()
        return {"language": pages.language(browser)}


run(main, {"address": None, "key": None})
