"""How the pages tell of the connection to an MQTT broker: every state of it, as an appliance would answer."""

import json

import pages
from api import API
from browser import Browser
from camera import Camera
from program import expect, expect_equal, run

first, second = "mqtt://192.168.20.10:1883", "mqtts://broker.example.com:8883"
since = "2026-11-23T01:00:00.000Z"
at_broker = {"protocol_version": "5.0", "client_id": "lpr-site-1", "connected_since": since, "broker": first}
away = {"protocol_version": None, "client_id": "lpr-site-1", "connected_since": None, "broker": None}
refused = "the broker refuses user name or password; see mqtt.username and mqtt.password_file"

# name: (the part of /api/health, level of the tile, words of the title, words of the advice, what is shown beside)
states = {
    "off": ({"state": "off"}, "", "link.off", "link.off.advice", []),
    "connected": ({"state": "ok", **at_broker, "waiting": 0, "dropped": 0}, "", "link.ok", None, [first]),
    "waiting": ({"state": "ok", **at_broker, "waiting": 12, "dropped": 3}, "warn", "link.ok", None, ["12", "3"]),
    "connecting": ({"state": "degraded", **away, "broker": first, "last_error": f"connecting to {first}",
                    "waiting": 4, "dropped": 0}, "", "link.connecting", None, ["4"]),
    "spare": ({"state": "degraded", **at_broker, "broker": second, "waiting": 0, "dropped": 0,
               "last_error": f"{first}: no answer within 15 seconds"}, "warn", "link.spare", "link.spare.advice",
              [second]),
    "limited": ({"state": "degraded", **at_broker, "waiting": 0, "dropped": 0,
                 "last_error": "the broker does not allow lpr/data/edge/+; see its access rules"},
                "warn", "link.limited", "link.limited.advice", [first]),
    "withheld": ({"state": "failed", **at_broker, "waiting": 0, "dropped": 0,
                  "last_error": "nothing is acknowledged to the broker: the disk is full"},
                 "bad", "link.withheld", "link.withheld.advice", [first]),
    "failed": ({"state": "failed", **away, "waiting": 250, "dropped": 0,
                "last_error": f"{first}: connection refused; {second}: its name cannot be looked up"},
               "bad", "link.failed", "link.cause.network", ["250"]),
    "unauthorised": ({"state": "failed", **away, "waiting": 0, "dropped": 0, "last_error": f"{first}: {refused}"},
                     "bad", "link.failed", "link.cause.account", []),
}

rejected = [{
    "id": 9, "received_at": since, "protocol": "mqtt", "peer": first, "device_id": "gate-2",
    "topic": "lpr/data/edge/gate-2", "payload": '{"edge_device_id":"gate-1"}', "payload_bytes": 27,
    "reason": "edge_device_id must be gate-2, as the topic belongs to device gate-2: it is gate-1"}, {
    "id": 8, "received_at": since, "protocol": "mqtt", "peer": first, "device_id": "gate-2",
    "topic": "lpr/data/edge/gate-2", "payload": "", "payload_bytes": 0, "reason": "the message is empty"}]

# Answers two calls of the page in the appliance's place; all else goes to the appliance.
stand_in = """
    const [part, rejected] = %s;
    const real = window.fetch;
    window.fetch = async (target, options) => {
        const answer = await real(target, options);
        const path = new URL(target.url ?? target, location.href).pathname;
        if (!answer.ok || !["/api/health", "/api/rejected"].includes(path)) return answer;
        const body = await answer.json();
        if (path === "/api/rejected") body.rejected = rejected;
        else if (body.components) {
            body.components.mqtt = { since: "%s", last_error: null, ...part };
            if (part.state === "degraded" || part.state === "failed") body.status = "degraded";
        }
        return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers });
    };
"""


class StandIn:
    def __init__(self, browser):
        self.browser = browser
        self.script = None

    def answer(self, part):
        if self.script:
            self.browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": self.script})
        source = stand_in % (json.dumps([part, rejected]), since)
        self.script = self.browser.driver.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": source})["identifier"]


def look(browser, camera, name, part, level, title, advice, beside):
    words = browser.words
    ill = part["state"] in ("degraded", "failed")
    browser.open("/overview")
    tile = browser.find("[data-tile='mqtt']")
    browser.wait(words[title], lambda: words[title] in tile.text)
    expect_equal(tile.get_attribute("data-level"), level, f"the look of the tile of {name}")
    for text in (each.split("://")[-1] for each in beside):
        expect(text in tile.text, f"the tile of {name} does not say {text!r}: {tile.text}")
    notices = browser.find("[data-part='notices']").text
    expect_equal(f"MQTT: {words[title]}" in notices, ill, f"a notice of {name}")
    expect(not ill or part["last_error"] in notices, f"the notice of {name} does not say why: {notices}")
    camera.shoot(f"broker-{name}-overview")
    browser.open("/communication")
    card = browser.find(".link-card")
    why = part.get("last_error", "").split("; mqtt")
    for text in [words[title], words[advice] if advice else "", part.get("broker"), *why]:
        expect(not text or text in card.text, f"the card of {name} does not say {text!r}: {card.text}")
    camera.shoot(f"broker-{name}-communication")


def main(arguments):
    api = API(arguments.address, arguments.key)
    api.send_event("1กก 1234")
    with Browser(arguments.address, language=arguments.language) as browser:
        camera = Camera(browser, arguments.folder)
        pages.sign_in(browser)
        fake = StandIn(browser)
        for name, state in states.items():
            fake.answer(state[0])
            look(browser, camera, name, *state)
        browser.open("/rejected")
        browser.wait_text(browser.words["reason.topic"])
        browser.wait_text(browser.words["reason.empty"])
        pages.open_all(browser)
        browser.wait_text("lpr/data/edge/gate-2")
        camera.shoot("broker-rejected")
        browser.expect_clean()
    expect(not camera.wide, f"pages that scroll sideways: {camera.wide}")
    return {"states": len(states)}


run(main, {"address": None, "key": None, "folder": None, "language": None}, seconds=600)
