"""A person corrects a plate: the plate changes, the first reading stays beside it, also after a reload."""

import pages
from api import API
from browser import Browser
from program import expect, expect_equal, run


def main(arguments):
    api = API(arguments.address, arguments.key)
    event = api.send_event("1กก 1284", event_id="misread", province="ชลบุรี")
    with Browser(arguments.address) as browser:
        pages.sign_in(browser)
        pages.open_event(browser, event["event_id"])
        browser.wait_text("1กก 1284")
        browser.named("summary", browser.words["event.correct"]).click()
        browser.fill("license_plate", "1กก 1234")
        browser.fill("note", "ดูจากภาพ")
        browser.named("button", browser.words["event.save"]).click()
        browser.wait_told(browser.words["event.saved"])

        def expect_corrected():
            for words in ("1กก 1234", "1กก 1284", browser.words["event.first"], "ดูจากภาพ", pages.username):
                browser.wait_text(words)
            expect("1กก 1234" in browser.driver.title, f"the title is {browser.driver.title!r}")

        expect_corrected()
        browser.driver.refresh()
        expect_corrected()
        stored = api.get("/api/lpr/events/misread")
        expect_equal(stored["license_plate"], "1กก 1234", "the stored plate")
        expect_equal(stored["correction"]["first_plate"], "1กก 1284", "the first reading")

        browser.driver.back()
        expect("1กก 1234" in pages.wait_event(browser, "misread").text, "the list shows the old plate")
        browser.expect_clean()
        return {"correction": stored["correction"]}


run(main, {"address": None, "key": None})
