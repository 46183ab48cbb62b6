"""Search by a Thai plate and by filters; the address keeps them."""

from urllib.parse import parse_qs, urlsplit

from selenium.webdriver.common.keys import Keys

import pages
from api import API, jpeg
from browser import Browser
from program import expect_equal, run


def query(browser):
    return {name: values[0] for name, values in parse_qs(urlsplit(browser.path).query).items()}


def main(arguments):
    api = API(arguments.address, arguments.key)
    plates = {"one": "1กก 1234", "two": "1กก 9999", "three": "70-0123", "four": "ขค 1234"}
    for place, (name, plate) in enumerate(plates.items()):
        api.send_event(
            plate, jpeg() if name == "three" else None, event_id=name,
            captured_at=f"2026-01-0{place + 1}T08:00:00+07:00", confidence=0.5 + place / 10)

    with Browser(arguments.address) as browser:
        pages.sign_in(browser, "/search")

        def expect_found(*names):
            browser.wait(f"results {names}", lambda: pages.event_ids(browser) == list(names))

        expect_found("four", "three", "two", "one")

        # As people write it: Thai digits, a dash, and Enter instead of the button.
        browser.fill("plate", "๑กก-๑๒๓๔")
        browser.field("plate").send_keys(Keys.ENTER)
        expect_found("one")
        expect_equal(query(browser), {"plate": "๑กก-๑๒๓๔"}, "the address")
        browser.driver.refresh()
        expect_found("one")
        expect_equal(browser.field("plate").get_attribute("value"), "๑กก-๑๒๓๔", "the field after a reload")

        browser.fill("plate", "1กก*")
        browser.named("button", browser.words["search.action"]).click()
        expect_found("two", "one")
        browser.driver.back()
        expect_found("one")
        browser.driver.forward()
        expect_found("two", "one")

        browser.fill("plate", "")
        browser.fill("search", "123")
        browser.named("button", browser.words["search.action"]).click()
        expect_found("four", "three", "one")

        # Everything in the address, as from a bookmark.
        address = "/search?search=123&device=gate-1&min_confidence=0.7&has_image=true&from=2026-01-01T00:00:00Z"
        browser.open(address)
        expect_found("three")
        for name in ("device", "min_confidence", "has_image"):
            expect_equal(browser.field(name).get_attribute("value"), query(browser)[name], f"the field {name}")

        browser.open("/search?plate=" + "9ฮฮ9999")
        pages.wait_no_results(browser)
        browser.expect_clean()
        return {"address": address}


run(main, {"address": None, "key": None})
