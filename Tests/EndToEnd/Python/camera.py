"""Pictures of pages: on a phone and on a desk, light and dark. What scrolls sideways is noted."""

import base64
import pathlib

import pages

screens = {"phone": (390, 844), "desk": (1440, 900)}


class Camera:
    def __init__(self, browser, folder):
        self.browser = browser
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.wide = []
        self.count = 0

    def shoot(self, name):
        """The present page in all four looks, in the present language."""
        for screen, (width, height) in screens.items():
            def resize(height):
                self.browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": width, "height": height, "deviceScaleFactor": 1, "mobile": screen == "phone"})

            resize(height)
            pages.wait_loaded(self.browser)
            # As high as the page, so that what is fixed to the lower edge does not lie over the middle of it.
            resize(max(height, self.browser.driver.execute_async_script("""
                const done = arguments[0];
                requestAnimationFrame(() => requestAnimationFrame(() => done(document.documentElement.scrollHeight)))
            """)))
            for look in ("light", "dark"):
                self.browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
                    {"name": "prefers-color-scheme", "value": look},
                    {"name": "prefers-reduced-motion", "value": "reduce"}]})
                # The page hears of it with one of the next frames, and is painted with the one after that.
                self.browser.driver.execute_async_script("""
                    const [look, done] = arguments;
                    const settled = () => document.documentElement.dataset.theme === look
                        ? requestAnimationFrame(() => requestAnimationFrame(() => done()))
                        : requestAnimationFrame(settled);
                    settled();
                """, look)
                pages.wait_loaded(self.browser)
                over = self.browser.script("return document.documentElement.scrollWidth - window.innerWidth")
                label = f"{name}-{self.browser.language}-{screen}-{look}"
                if over > 0:
                    self.wide.append(f"{label} by {over} px")
                data = self.browser.driver.execute_cdp_cmd(
                    "Page.captureScreenshot", {"format": "png"})["data"]
                (self.folder / f"{label}.png").write_bytes(base64.b64decode(data))
                self.count += 1
