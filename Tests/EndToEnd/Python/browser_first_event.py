"""From the set-up code to the first event, which appears without a reload. The way of a newcomer, with the mouse."""

import pages
from api import API, jpeg
from browser import Browser
from program import expect, expect_equal, run, step


def main(arguments):
    with Browser(arguments.address) as browser:
        browser.open("/")
        browser.wait("the set-up page", lambda: browser.path == "/setup")
        browser.fill("setup_code", "0000-0000-0000-0000")
        browser.fill("username", pages.username)
        browser.fill("password", pages.password)
        browser.named("button", browser.words["setup.action"]).click()
        browser.wait_text(browser.words["setup.code.wrong"])
        browser.expect_clean(allowed=["auth/setup - Failed to load resource: .* 403"])

        browser.fill("setup_code", arguments.code)
        browser.named("button", browser.words["setup.action"]).click()
        pages.wait_signed_in(browser)
        expect_equal(browser.path, "/", "the page after set-up")
        pages.wait_connection(browser, "live")
        browser.wait_text(browser.words["live.empty"])

        api = API(arguments.address, step("key"))
        browser.script("window.notReloaded = true")
        first = api.send_event("1กก 1234", jpeg(), province="กรุงเทพมหานคร")
        row = pages.wait_event(browser, first["event_id"])
        expect("1กก 1234" in row.text, f"the row says {row.text!r}")
        second = api.send_event("70-0123", province="ชลบุรี")
        pages.wait_event(browser, second["event_id"])
        expect_equal(
            pages.event_ids(browser)[:2], [second["event_id"], first["event_id"]], "the newest events, newest first")
        expect(browser.script("return window.notReloaded"), "the page was loaded again")
        width = browser.wait("picture", lambda: browser.script(
            "return document.querySelector(arguments[0] + ' img')?.naturalWidth",
            pages.event_row(first["event_id"])))
        browser.expect_clean()
        return {"events": pages.event_ids(browser), "picture_width": width}


run(main, {"address": None, "code": None})
