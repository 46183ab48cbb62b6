"""The appliance goes away and comes back: the page says so, recovers by itself, and misses nothing."""

import pages
from api import API
from browser import Browser
from program import expect, run, step


def main(arguments):
    api = API(arguments.address, arguments.key)
    before = api.send_event("1กก 1111")
    with Browser(arguments.address) as browser:
        pages.sign_in(browser)
        pages.wait_connection(browser, "live")
        pages.wait_event(browser, before["event_id"])
        browser.script("window.notReloaded = true")
        browser.expect_clean()

        step("stop")
        pages.wait_connection(browser, "reconnecting", "offline")
        # What was there is still shown, with the word that it is old.
        pages.wait_connection(browser, "offline")
        browser.wait_text(browser.words.beginning("connection.offline"))
        browser.wait_text(browser.words.beginning("live.stale"))
        pages.wait_event(browser, before["event_id"])

        step("start")
        between = api.send_event("2ขข 2222")
        pages.wait_connection(browser, "live")
        pages.wait_event(browser, between["event_id"])
        after = api.send_event("3คค 3333")
        pages.wait_event(browser, after["event_id"])
        expect(browser.words.beginning("live.stale") not in browser.text, "the page still says that it is old")
        expect(browser.script("return window.notReloaded"), "the page was loaded again")
        browser.expect_clean(allowed=["ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE",
                                      "ERR_INCOMPLETE_CHUNKED", "WebSocket connection to .* failed"])
        return {"events": pages.event_ids(browser)}


run(main, {"address": None, "key": None}, seconds=600)
