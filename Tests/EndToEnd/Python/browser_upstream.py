"""How the pages tell of the central server: every state of it, as an appliance would answer, and what one can do there."""

import json

import pages
from api import API
from browser import Browser
from camera import Camera
from program import expect, expect_equal, run

since = "2026-11-23T01:00:00.000Z"
well = {
    "state": "streaming", "problem": None, "last_error": None, "last_error_at": None,
    "server": "db.example.com:5432/lpr", "connected_since": since, "last_confirmed_at": since, "lag_rows": 0,
    "lag_seconds": 0.0, "rows_per_second": 12.4, "confirmed_sequence": 900, "epoch": 2, "rows_sent": 800,
    "batches_sent": 9, "parked_rows": 0, "backfill_remaining": None, "pictures_waiting": None, "pictures_sent": 0}
away = {"state": "waiting", "connected_since": None, "lag_rows": 5210, "lag_seconds": 5400.0, "last_error_at": since}
problems = [
    "unreachable", "wrong_password", "tls", "schema_missing", "schema_too_old", "schema_too_new", "permission",
    "site_unknown", "another_appliance", "disk_full", "timeout", "other"]

# name: (what differs from `well`, level, words of the title, words of the advice, what is shown on the page)
states = {
    "connecting": ({"state": "connecting", "connected_since": None}, "", "upstream.connecting", None, []),
    "streaming": ({"last_error": "an old one", "last_error_at": since}, "", "upstream.streaming", None, ["an old one"]),
    "behind": ({"lag_rows": 81220, "lag_seconds": 12400.0, "backfill_remaining": 4711, "pictures_waiting": 2011},
               "warn", "upstream.behind", "upstream.behind.advice", ["81,220", "4,711", "2,011"]),
    "parked": ({"parked_rows": 3}, "warn", "upstream.parked", "upstream.parked.advice", ["e1", "22021", "gate-2"]),
    "paused": ({"state": "paused"}, "warn", "upstream.paused", None, []),
} | {
    problem: (away | {"problem": problem, "last_error": f"the server said {problem}"}, "warn",
              f"upstream.problem.{problem}", f"upstream.advice.{problem}", [f"the server said {problem}", "5,210"])
    for problem in problems
}

parked = [
    {"id": 1, "entity": "lpr_events", "entity_key": "e1", "operation": "insert", "sequence": 10, "sqlstate": "22021",
     "message": "invalid byte sequence for encoding \"UTF8\": 0x00", "parked_at": since, "attempts": 1},
    {"id": 2, "entity": "lpr_events", "entity_key": "gate-2:2026-11-23T03:00:00", "operation": "update",
     "sequence": 20, "sqlstate": "23514", "parked_at": since, "attempts": 2,
     "message": 'new row for relation "lpr_events_2026_11" violates check constraint "lpr_events_confidence_check"'},
    {"id": 3, "entity": "edge_devices", "entity_key": "gate-2", "operation": "delete", "sequence": 30,
     "sqlstate": "23503", "message": "<b>violates</b>", "parked_at": since, "attempts": 3}]

# Answers in the appliance's place what is about the central server; all else goes to the appliance.
stand_in = """
    const [upstream, parked, told] = %s;
    const real = window.fetch;
    window.asked = [];
    window.parkedRows = parked;
    const json = (status, body) =>
        new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
    window.fetch = async (target, options) => {
        const path = new URL(target.url ?? target, location.href).pathname;
        if (path.startsWith("/api/upstream") && options?.method === "POST") {
            window.asked.push(`${path} ${options.body ?? ""}`.trim());
            if (path.endsWith("/2/retry")) {
                return json(404, { type: "/api/docs#problem-not-found", title: "x", status: 404, detail: "It is gone." });
            }
            if (path.endsWith("/1/retry")) window.parkedRows = parked.slice(1);
            return json(202, { retried: 1, from: null });
        }
        if (path.startsWith("/api/upstream") && upstream.state === "held") return new Promise(() => {});
        if (path.startsWith("/api/upstream") && upstream.state === "broken") {
            return json(500, { type: "/api/docs#problem-failed", title: "x", status: 500, detail: "It broke." });
        }
        if (path === "/api/upstream/parked") {
            return json(200, { parked: window.parkedRows, count: window.parkedRows.length, next: null });
        }
        if (path === "/api/upstream") return json(200, { ...upstream, parked_rows: window.parkedRows.length });
        const answer = await real(target, options);
        if (!answer.ok || path !== "/api/health") return answer;
        const body = await answer.json();
        if (body.components) {
            body.components.upstream = told;
            if (told.state === "degraded") body.status = "degraded";
        }
        return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers });
    };
"""


class StandIn:
    def __init__(self, browser):
        self.browser = browser
        self.script = None

    def answer(self, changes, level):
        status = well | changes
        told = {"state": "degraded" if level else "ok", "since": since,
                "last_error": "the health's own sentence" if level else None, "replication": status["state"]}
        for name in ("problem", "server", "connected_since", "lag_rows", "lag_seconds", "parked_rows"):
            told[name] = status[name]
        self.forget()
        source = stand_in % json.dumps([status, parked[:status["parked_rows"]], told])
        self.script = self.browser.driver.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": source})["identifier"]

    def forget(self):
        if self.script:
            self.browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": self.script})
        self.script = None


def look(browser, camera, name, changes, level, title, advice, beside):
    words = browser.words
    browser.open("/overview")
    tile = browser.find("[data-tile='upstream']")
    browser.wait(words[title], lambda: words[title] in tile.text)
    expect_equal(tile.get_attribute("data-level"), level, f"the look of the tile of {name}")
    notices = browser.find("[data-part='notices']").text
    expect_equal(words[title] in notices, level == "warn", f"a notice of {name}")
    expect(not level or "the health's own sentence" in notices, f"the notice of {name} does not say why: {notices}")
    if name in ("behind", "unreachable"):
        camera.shoot(f"upstream-{name}-overview")
    browser.open("/upstream")
    card = browser.find(".link-card")
    expect_equal(card.get_attribute("data-level"), level, f"the look of the card of {name}")
    for text in [words[title], words[advice] if advice else "", "db.example.com:5432/lpr"]:
        expect(text in card.text, f"the card of {name} does not say {text!r}: {card.text}")
    kept = words["upstream.kept"] in card.text
    expect_equal(kept, name in problems or name == "paused", f"whether the card of {name} calms down")
    for text in beside:
        browser.wait_text(text)
    if name not in ("parked", "behind"):
        browser.wait_text(words["upstream.refused.none"])
    if name in ("connecting", "streaming", "behind", "parked", "paused", "unreachable", "wrong_password"):
        camera.shoot(f"upstream-{name}")


def no_answer(browser, camera, fake):
    """While the appliance has not answered, and when it cannot."""
    fake.answer({"state": "held"}, "")
    browser.open("/upstream")
    browser.find("main .state-loading")
    fake.answer({"state": "broken"}, "")
    browser.open("/upstream")
    browser.wait_text("It broke.")
    browser.named("button", browser.words["action.retry"])
    camera.shoot("upstream-broken")


def act(browser, fake):
    """Retries one row, one that is gone, all; sends stored reads again from a moment on."""
    words = browser.words
    fake.answer({"parked_rows": 3}, "warn")
    browser.open("/upstream")
    browser.wait("the rows", lambda: len(browser.all("#upstream-refused tbody tr")) == 3)
    expect("<b>violates</b>" in browser.text, "what a server says is not shown as text")
    links = [each.get_attribute("href").removeprefix(browser.address) for each in browser.all("#upstream-refused th a")]
    expect_equal(links, ["/events/e1", "/events/gate-2%3A2026-11-23T03%3A00%3A00"], "links of the rows")
    browser.named("button", f"{words['upstream.refused.retry']}: {parked[1]['entity_key']}").click()
    browser.wait_told("It is gone.")
    browser.named("button", f"{words['upstream.refused.retry']}: e1").click()
    browser.wait_told(words["upstream.refused.again"])
    browser.wait("the row to go", lambda: len(browser.all("#upstream-refused tbody tr")) == 2)
    browser.find("[data-action='retry-all']").click()
    browser.find("[data-action='resync']").click()
    browser.wait_text(words["upstream.resync.text"])
    browser.script("document.querySelector('dialog [name=from]').value = '2026-11-20T08:00'")
    browser.find("dialog button[type='submit']").click()
    browser.wait_told(words["upstream.resync.begun"])
    asked = browser.script("return window.asked")
    expect_equal(asked[:3], [f"/api/upstream/parked/{id}/retry" for id in (2, 1, "all")], "what was asked")
    expect(asked[3].startswith('/api/upstream/resync {"from":"2026-11-20T'), f"what was asked last: {asked[3:]}")


def main(arguments):
    api = API(arguments.address, arguments.key)
    api.send_event("1กก 1234")
    with Browser(arguments.address, language=arguments.language) as browser:
        camera = Camera(browser, arguments.folder)
        pages.sign_in(browser)
        # As the appliance itself answers without a central server.
        pages.go(browser, "/upstream")
        browser.wait_text(browser.words["upstream.off.advice"])
        sending = [each for each in browser.all("[data-action='resync']") if each.is_displayed()]
        expect(not sending, "something can be sent without a central server")
        camera.shoot("upstream-off")
        fake = StandIn(browser)
        for name, state in states.items():
            fake.answer(*state[:2])
            look(browser, camera, name, *state)
        no_answer(browser, camera, fake)
        act(browser, fake)
        browser.expect_clean()
    expect(not camera.wide, f"pages that scroll sideways: {camera.wide}")
    return {"states": len(states) + 1}


run(main, {"address": None, "key": None, "folder": None, "language": None}, seconds=600)
