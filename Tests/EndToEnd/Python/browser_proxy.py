"""The page by https through a reverse proxy: a person logs in, sees an event come, corrects it, and logs out."""

import pages
from api import API, jpeg
from browser import Browser
from program import expect, expect_equal, run


def main(arguments):
    api = API(arguments.address, arguments.key)
    with Browser(arguments.address, trusting=True) as browser:
        pages.sign_in(browser)
        pages.wait_connection(browser, "live")
        event = api.send_event("1กก 1234", jpeg(), province="กรุงเทพมหานคร")
        pages.wait_event(browser, event["event_id"])
        browser.wait("picture", lambda: browser.script(
            "return document.querySelector(arguments[0] + ' img')?.naturalWidth", pages.event_row(event["event_id"])))
        # With the cookie and the page's own origin, as its forms do it.
        status = browser.driver.execute_async_script("""
            const [path, done] = arguments;
            fetch(path, {method: "PUT", headers: {"Content-Type": "application/json"}, body: '{"note":"seen"}'})
                .then((answer) => done(answer.status));
        """, f"/api/lpr/events/{event['event_id']}")
        expect_equal(status, 200, "the status of a correction")
        expect_equal(api.event(event["event_id"])["note"], "seen", "the note")
        cookie = next(each for each in browser.driver.get_cookies() if "session" in each["name"])
        expect(cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Strict", f"the cookie is {cookie}")
        browser.expect_clean()
        return {"cookie": cookie["name"]}


run(main, {"address": None, "key": None})
