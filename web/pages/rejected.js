// What was refused, why, and what the camera sent: the first place to look when its events do not arrive.
import { api, isAbort } from "../api.js";
import { deviceLabel } from "../device-names.js";
import { h, icon, replace } from "../dom.js";
import { bytes, number, t } from "../i18n.js";
import { deviceAddress } from "../event-row.js";
import { facts } from "../facts.js";
import { copyButton, notify } from "../notify.js";
import { protocolWords } from "../protocols.js";
import { reasonWords } from "../reasons.js";
import { staleNote } from "../stale.js";
import { explain, failed, loading } from "../states.js";
import { follow } from "../status-feed.js";
import { dateTime, relativeTime, wallTime } from "../time.js";
import { tree } from "../tree.js";

const pageSize = 25;

/** The payload as a JSON object or array, or null: what was cut off or is something else is shown as text only. */
function parsed(payload) {
    try {
        const value = JSON.parse(payload);
        return value !== null && typeof value === "object" && Object.keys(value).length ? value : null;
    } catch {
        return null;
    }
}

function payloadParts(message) {
    const payload = message.payload ?? "";
    if (message.payload_bytes === 0) return [];
    if (payload === "") return [h("p", { class: "muted" }, t("rejected.payload.none"))];
    const value = parsed(payload);
    const shown = new TextEncoder().encode(payload).length;
    const isCut = message.payload_bytes > 4096;
    const raw = h("pre", { class: "payload", tabindex: "0", "aria-label": t("rejected.raw") }, h("code", {}, payload));
    return [
        value ? h("div", { class: "payload-tree", "data-part": "tree" }, tree(value)) : null,
        h("details", { class: "payload-raw", open: value === null },
            h("summary", {}, t("rejected.raw"),
                h("span", { class: "muted" }, " ", isCut
                    ? t("rejected.cut", { shown: bytes(Math.min(shown, 4096)), all: bytes(message.payload_bytes) })
                    : bytes(message.payload_bytes ?? shown))),
            raw),
        h("p", { class: "payload-tools" }, copyButton(payload, t("rejected.copy"))),
    ];
}

function item(message) {
    const reason = reasonWords(message.reason);
    const body = h("div", { class: "rejected-body" });
    const details = h("details", {},
        h("summary", { class: "rejected-summary" },
            h("span", { class: "rejected-time" }, wallTime(message.received_at), relativeTime(message.received_at)),
            h("span", { class: "rejected-reason" },
                h("strong", {}, reason.title),
                h("span", { class: "muted", lang: "en" }, message.reason)),
            h("span", { class: "rejected-from" },
                message.device_id ? deviceLabel(message.device_id, "span") : h("span", {}, message.peer),
                h("span", { class: "muted" }, protocolWords(message.protocol)))),
        body);
    // Drawn when it is opened: a page of payloads is heavy.
    details.addEventListener("toggle", () => {
        if (!details.open || body.firstChild) return;
        replace(body,
            h("p", { class: "rejected-sentence", lang: "en" }, message.reason),
            h("p", { class: "rejected-advice" }, reason.advice),
            facts([
                [t("rejected.time"), dateTime(message.received_at)],
                [t("communication.protocol"), protocolWords(message.protocol)],
                [t("rejected.topic"), message.topic ? h("code", {}, message.topic) : null],
                [t("rejected.peer"), message.peer ? h("code", {}, message.peer) : null],
                [t("event.device"), message.device_id
                    ? deviceLabel(message.device_id, "a", { href: deviceAddress(message.device_id) }) : null],
            ]),
            payloadParts(message));
    });
    return h("li", { class: "rejected", "data-id": message.id, "data-reason": reason.kind }, details);
}

function allIsWell() {
    return h("div", { class: "state-empty state-good" },
        icon("check"),
        h("p", { class: "state-title" }, t("rejected.empty")),
        h("p", { class: "state-advice" }, t("rejected.empty.advice")));
}

export function rejectedPage({ signal }) {
    const list = h("ol", { class: "rejected-list", "aria-label": t("rejected.title") });
    const place = h("div", { class: "rejected-place", "data-state": "loading" }, loading(5));
    const total = h("p", { class: "list-count", role: "status" });
    const end = h("p", { class: "list-end" });
    const older = h("button", { type: "button", class: "btn btn-primary", "data-action": "older", onclick: loadOlder },
        t("log.older"));
    const news = h("button",
        { type: "button", class: "btn btn-waiting", "data-action": "news", hidden: true, onclick: showNews });
    let cursor = null;
    let newest = 0; // the largest id that is shown
    let waiting = [];
    let restart = null; // {next}: more came than a page holds, so the list has to begin again
    let loaded = false;
    const retry = () => ask();
    const stale = staleNote(retry);

    function draw() {
        const count = list.children.length;
        place.dataset.state = count ? "ready" : "empty";
        total.textContent = count === 0 ? "" : t(cursor ? "rejected.count.more" : "rejected.count", {
            count: number(count), many: count !== 1,
        });
        if (count === 0) {
            replace(place, allIsWell());
            return;
        }
        replace(end, cursor ? older : t("log.end"));
        if (!list.isConnected) replace(place, list, end);
    }

    /** Somebody reads: an open message, the focus, or a list that is scrolled must not move. */
    const isRead = () => list.querySelector("details[open]") !== null || list.contains(document.activeElement)
        || list.getBoundingClientRect().top < 0;

    function showNews() {
        const had = document.activeElement === news;
        if (restart) {
            list.replaceChildren();
            cursor = restart.next;
            restart = null;
        }
        for (const message of waiting.slice().reverse()) {
            const row = item(message);
            list.prepend(row);
            if (loaded) row.classList.add("is-arriving");
        }
        newest = waiting[0]?.id ?? newest;
        waiting = [];
        news.hidden = true;
        draw();
        if (!had) return;
        window.scrollTo({ top: 0 });
        list.querySelector("summary")?.focus({ preventScroll: true });
    }

    function answered({ rejected, next }) {
        stale.well("rejected");
        const fresh = rejected.filter((message) => message.id > newest);
        const isWhole = fresh.length < rejected.length || next === null;
        if (!loaded || !isWhole) restart = { next };
        waiting = fresh;
        if (!loaded) {
            showNews();
            loaded = true;
            return;
        }
        if (waiting.length === 0) return;
        if (!isRead()) {
            showNews();
            return;
        }
        news.hidden = false;
        replace(news, icon("refuse"), t("rejected.news", { count: number(waiting.length), many: waiting.length !== 1 }));
    }

    async function loadOlder() {
        older.disabled = true;
        try {
            const answer = await api.rejected({ limit: pageSize, cursor }, { signal });
            const rows = answer.rejected.map(item);
            list.append(...rows);
            cursor = answer.next;
            draw();
            rows[0]?.querySelector("summary")?.focus({ preventScroll: true });
        } catch (error) {
            if (!isAbort(error)) notify(explain(error).join(" "), "failed");
        } finally {
            older.disabled = false;
        }
    }

    let soon = null;
    const ask = follow({
        ask: (options) => api.rejected({ limit: pageSize }, options),
        answered,
        failed(error) {
            if (loaded) stale.fail("rejected");
            else {
                place.dataset.state = "failed";
                replace(place, failed(error, retry));
            }
        },
        frames: {
            // The frame has no payload, and many may come at once, so the list is asked for a moment later.
            lpr_event_error() {
                soon ??= setTimeout(() => {
                    soon = null;
                    ask();
                }, 700);
            },
        },
        everyMilliseconds: 10_000,
        signal,
    });
    signal.addEventListener("abort", () => clearTimeout(soon), { once: true });

    return {
        title: t("rejected.title"),
        node: h("div", { class: "rejected-page" },
            h("div", { class: "page-head" }, h("h1", {}, t("rejected.title")),
                h("div", { class: "page-tools" }, total)),
            h("p", { class: "page-lead" }, t("rejected.lead")),
            stale.node,
            h("div", { class: "waiting-place", "aria-live": "polite" }, news),
            place),
    };
}
