"""Where things are on the appliance's pages: all that has to follow when a page changes."""

import re

from selenium.webdriver.common.keys import Keys

from browser import web
from program import expect

username = "admin"
password = "a long enough sentence"


# The frame

def wait_signed_in(browser):
    browser.find("header nav a[href='/']")


def sign_in(browser, path="/"):
    """By the form; ends at `path`."""
    browser.open("/login" if path == "/" else path)
    browser.fill("username", username)
    browser.fill("password", password)
    browser.field("password").send_keys(Keys.ENTER)
    wait_signed_in(browser)
    browser.wait(path, lambda: browser.path == path)


def go(browser, path):
    """By the navigation; some places are behind the button "More"."""
    links = browser.all(f"header nav a[href='{path}']")
    if not any(each.is_displayed() for each in links):
        browser.find("header nav [data-action='more']").click()
    browser.find(f"header nav a[href='{path}']").click()
    browser.wait(path, lambda: browser.path == path)


def connection(browser):
    """The state of the live connection: `connecting`, `live`, `reconnecting` or `offline`."""
    return browser.find("header .connection").get_attribute("data-state")


def wait_connection(browser, *states, seconds=60):
    return browser.wait(" or ".join(states), lambda: connection(browser) in states, seconds)


def language(browser):
    return browser.script("return document.documentElement.lang")


def switch_language(browser):
    browser.find("header .btn-language").click()


# Lists of events

def event_row(event_id):
    return f"main li[data-id='{event_id}']"


def wait_event(browser, event_id, seconds=60):
    """A row of a list; new ones wait while a mouse rests on the list, which none does here."""
    return browser.find(event_row(event_id), seconds)


def event_ids(browser):
    return browser.script("return [...document.querySelectorAll('main li[data-id]')].map((each) => each.dataset.id)")


def open_event(browser, event_id):
    wait_event(browser, event_id).find_element("css selector", "a[href^='/events/']").click()
    browser.wait("the event", lambda: browser.path == f"/events/{event_id}")


def wait_no_results(browser):
    browser.wait_text(browser.words["search.empty"])


def wait_loaded(browser):
    """Nothing says that it is still being loaded, and all pictures that are in sight are there."""
    browser.wait("a loaded page", lambda: browser.script("""
        const pictures = [...document.images].filter((each) => each.loading !== "lazy" || each.currentSrc);
        return document.fonts.status === "loaded" && document.querySelector("main h1")
            && !document.querySelector(".state-loading, .starting, .is-busy, [aria-busy='true']")
            && pictures.every((each) => each.complete)
    """))


def open_all(browser):
    """Opens what is folded together."""
    browser.wait("rows", lambda: browser.script("return document.querySelectorAll('main li, main tr').length"))
    browser.script("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")


# All pages

def addresses(event_id, device_id):
    """The address of every page, read from the table of the page's own router: (name, path)."""
    found = []
    for pattern in re.findall(r"pattern: /\^(\S*?)\$/,", (web / "app.js").read_text()):
        path = re.sub(r"\(\?<\w+>[^)]*\)", "ONE", pattern.replace("\\/", "/"))
        expect(re.fullmatch(r"[\w/-]+", path), f"which address is meant by the route {pattern}?")
        name = "-".join(path.strip("/").lower().split("/")) or "live"
        found.append((name, path.replace("ONE", event_id if path.startswith("/events") else device_id)))
    expect(len(found) > 6, f"web/app.js has only these routes: {found}")
    return found


def follow(browser, path):
    """Goes to an address as a link on the page would, without asking the appliance for it."""
    browser.script("history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))", path)
