"""A headless Chromium and what is asked of it: waits, the keyboard, its console and its network."""

import json
import os
import pathlib
import re
import shutil
import tempfile
import time
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from program import Failed, expect

web = pathlib.Path(__file__).parents[3] / "web"


def program(variable, *names):
    """A program of the system; an environment variable may name another one."""
    for name in [os.environ.get(variable, ""), *names]:
        found = name and shutil.which(name)
        if found:
            return found
    raise Failed(f"there is no {names[0]}; 'packaging/setup.sh test' installs it, or {variable} names one")


class Words:
    """The words of the page in one language, by the keys that its scripts use."""

    def __init__(self, language):
        text = (web / f"words-{language}.js").read_text()
        pairs = re.findall(r'^\s*"([\w.]+)":\s*"((?:[^"\\]|\\.)*)"', text, re.MULTILINE)
        self.words = {key: json.loads(f'"{value}"') for key, value in pairs}

    def __getitem__(self, key):
        expect(key in self.words, f"web/words has no plain words for '{key}'")
        return self.words[key]

    def beginning(self, key):
        """What stands before the first place that is filled in."""
        return self[key].split("{")[0].strip()


# Keeps the sentences that go after a few seconds, which may be over before somebody looks.
listening = """
    window.told = [];
    new MutationObserver((changes) => {
        for (const node of changes.flatMap((each) => [...each.addedNodes])) {
            if (node.nodeType !== Node.ELEMENT_NODE) continue;
            const notes = node.matches(".toast-note") ? [node] : [...node.querySelectorAll(".toast-note")];
            window.told.push(...notes.map((each) => each.textContent));
        }
    }).observe(document, { childList: true, subtree: true });
"""


class Browser:
    def __init__(self, address, language="en", width=1440, height=900, trusting=False):
        """`trusting`: as somebody who has told the browser to trust the certificate, whoever has signed it."""
        self.address = address
        self.language = language
        self.words = Words(language)
        self.profile = tempfile.TemporaryDirectory(prefix="lpr-browser-", ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = program("CHROMIUM", "chromium", "chromium-browser", "google-chrome")
        for argument in [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-sync",
            "--hide-scrollbars", f"--lang={language}", f"--window-size={width},{height}",
            f"--user-data-dir={self.profile.name}",
        ]:
            options.add_argument(argument)
        options.accept_insecure_certs = trusting
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(
            options=options, service=Service(program("CHROMEDRIVER", "chromedriver", "chromium.chromedriver")))
        self.driver.set_page_load_timeout(120)
        self.driver.set_script_timeout(120)
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": listening})
        self.requested = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.driver.quit()
        except Exception:  # it may be gone already, when the whole test was told to end
            pass
        self.profile.cleanup()

    # Going and waiting

    def open(self, path):
        self.driver.get(self.address + path)

    @property
    def path(self):
        parts = urlsplit(self.driver.current_url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def wait(self, what, found, seconds=60):
        """Waits until `found()` gives something that is true, and gives it."""
        end = time.monotonic() + seconds
        while True:
            try:
                result = found()
            except (NoSuchElementException, StaleElementReferenceException):
                result = None
            if result:
                return result
            if time.monotonic() > end:
                raise Failed(f"no {what} within {seconds} s at {self.path}; the page says:\n{self.text[:2000]}")
            # The page lives in another process: there is nothing that could wake us.
            time.sleep(0.05)

    def find(self, selector, seconds=60):
        """The first element that is shown, by CSS selector."""
        return self.wait(selector, lambda: next((each for each in self.all(selector) if each.is_displayed()), None),
                         seconds)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def named(self, tag, words, within="main"):
        """The first button, link or the like with these words on it, or with this label."""
        def look():
            for each in self.all(f"{within} {tag}"):
                if each.is_displayed() and words in (each.text.strip(), each.get_attribute("aria-label")):
                    return each
            return None
        return self.wait(f"<{tag}> '{words}'", look)

    def field(self, name, within="main"):
        """A control of a form by the name under which it is sent."""
        return self.find(f"{within} [name='{name}']")

    def fill(self, name, text, within="main"):
        control = self.field(name, within)
        control.clear()
        control.send_keys(text)

    @property
    def text(self):
        return self.driver.execute_script("return document.body.innerText")

    def wait_text(self, text, seconds=60):
        self.wait(f"'{text}'", lambda: text in self.text, seconds)

    def wait_told(self, text):
        """Waits for a sentence that appears for a few seconds, or did since the page was opened."""
        self.wait(f"'{text}' among what was told", lambda: text in self.script("return window.told.join('\\n')"))

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def press(self, *keys):
        """Keys as they come from a keyboard: to whatever has the focus."""
        actions = webdriver.ActionChains(self.driver, duration=0)
        for key in keys:
            actions.send_keys(key)
        actions.perform()

    @property
    def focused(self):
        return self.driver.switch_to.active_element

    # Looking at the browser itself

    def console(self):
        """What went wrong since it was last asked: errors and warnings of scripts, of the policy, of the network."""
        return [each["message"] for each in self.driver.get_log("browser")
                if each["level"] in ("SEVERE", "WARNING")]

    def network(self):
        """The addresses of all that was asked for so far."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requested.append(message["params"]["request"]["url"])
            elif message["method"] == "Network.webSocketCreated":
                self.requested.append(message["params"]["url"])
        return self.requested

    def expect_clean(self, allowed=()):
        """Nothing in the console but what a pattern of `allowed` names, and nothing asked of anybody else."""
        # Who leaves a page before its live connection stands closes that as well; one that fails has other words.
        allowed = (*allowed, "WebSocket is closed before the connection is established")
        wrong = [each for each in self.console() if not any(re.search(pattern, each) for pattern in allowed)]
        expect(not wrong, f"the console says: {wrong}")
        self.expect_own_addresses()

    def expect_own_addresses(self):
        own = urlsplit(self.address).netloc
        inside = ("data", "blob", "about", "chrome")
        foreign = [each for each in self.network()
                   if urlsplit(each).scheme not in inside and urlsplit(each).netloc != own]
        expect(self.requested, "no request was seen at all")
        expect(not foreign, f"the page asked somebody else: {foreign}")
        entries = self.script("return performance.getEntriesByType('resource').map((each) => each.name)")
        foreign = [each for each in entries if urlsplit(each).scheme not in inside and urlsplit(each).netloc != own]
        expect(not foreign, f"the page loaded from somebody else: {foreign}")
