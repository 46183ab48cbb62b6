"""Sign in, go to an event and back, and sign out, without a mouse."""

from selenium.webdriver.common.keys import Keys

import pages
from api import API
from browser import Browser
from program import Failed, expect, expect_equal, run


def main(arguments):
    event = API(arguments.address, arguments.key).send_event("1กก 1234")
    with Browser(arguments.address) as browser:
        def tab_to(what, found, back=False):
            """Presses the tab key until the focus is there; it is visible on its way."""
            for _ in range(60):
                focused = browser.focused
                if found(focused):
                    expect(browser.script(
                        "const look = getComputedStyle(arguments[0]);"
                        "return look.outlineStyle !== 'none' || look.boxShadow !== 'none'"
                        " || arguments[0].matches(':focus-visible')", focused), f"the focus on {what} cannot be seen")
                    return focused
                browser.press(Keys.TAB)
            raise Failed(f"the tab key does not get to {what}")

        def is_link(path):
            return lambda each: each.tag_name == "a" and each.get_attribute("href") == browser.address + path

        browser.open("/login")
        browser.find("main [name='username']")
        tab_to("the name", lambda each: each.get_attribute("name") == "username")
        browser.press(pages.username, Keys.TAB)
        expect_equal(browser.focused.get_attribute("name"), "password", "the control after the name")
        browser.press("not the password", Keys.ENTER)
        browser.wait_text(browser.words["login.wrong"])
        browser.wait("the password again", lambda: browser.focused.get_attribute("name") == "password")
        browser.press(pages.password, Keys.ENTER)
        pages.wait_signed_in(browser)
        browser.expect_clean(allowed=["auth/login - Failed to load resource: .* 401"])

        # The first stop of the tab key leads past the head.
        browser.driver.refresh()
        pages.wait_event(browser, event["event_id"])
        browser.press(Keys.TAB)
        expect_equal(browser.focused.text.strip(), browser.words["nav.skip"], "the first stop")
        browser.press(Keys.ENTER)
        tab_to("the event", is_link(f"/events/{event['event_id']}"))
        browser.press(Keys.ENTER)
        browser.wait("the event", lambda: browser.path == f"/events/{event['event_id']}")
        browser.wait("focus on the heading", lambda: browser.focused.tag_name == "h1")

        browser.driver.refresh()
        pages.wait_signed_in(browser)
        tab_to("search", is_link("/search"))
        browser.press(Keys.ENTER)
        browser.wait("the search", lambda: browser.path == "/search")
        tab_to("the plate", lambda each: each.get_attribute("name") == "plate")
        browser.press("1กก*", Keys.ENTER)
        pages.wait_event(browser, event["event_id"])

        browser.driver.refresh()
        pages.wait_signed_in(browser)
        tab_to("more places", lambda each: each.get_attribute("data-action") == "more")
        browser.press(Keys.ENTER)
        tab_to("the account", is_link("/account"))
        browser.press(Keys.ENTER)
        browser.wait("the account", lambda: browser.path == "/account")
        tab_to("the way out", lambda each: each.text.strip() == browser.words["account.logout"])
        browser.press(Keys.SPACE)
        browser.wait("the login", lambda: browser.path == "/login")
        browser.expect_clean()
        return {"event": event["event_id"]}


run(main, {"address": None, "key": None})
