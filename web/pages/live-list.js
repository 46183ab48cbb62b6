// The newest reads, arriving. New rows wait while somebody reads further down, points at the list or pauses.
import { deviceLabel } from "../device-names.js";
import { h, icon, replace } from "../dom.js";
import { number, t } from "../i18n.js";
import { confidence, deviceAddress, eventAddress, eventRow, picture, provinceAside } from "../event-row.js";
import { onEvents, onState, retryNow } from "../live.js";
import { plate } from "../plate.js";
import { session } from "../session.js";
import { empty, failed, loading } from "../states.js";
import { hourMinute, relativeTime } from "../time.js";
import { today } from "../today.js";

const mostRows = 150;
const handRestsMilliseconds = 4_000;

const later = (one, other) =>
    Date.parse(other.captured_at) - Date.parse(one.captured_at) || (one.event_id < other.event_id ? 1 : -1);

export function livePage({ signal }) {
    const list = h("ol", { class: "events events-live", "aria-label": t("live.list") });
    const place = h("div", { class: "live-place" }, loading(7));
    const waitingButton = h("button", { type: "button", class: "btn btn-waiting", hidden: true });
    const stale = h("div", { class: "stale", hidden: true });
    const pauseButton = h("button", { type: "button", class: "btn btn-quiet", "aria-pressed": "false" });
    const shown = []; // {event, row}, newest first
    let waiting = new Map();
    let paused = false;
    let handMoved = 0;
    let loaded = false;

    const latest = h("section", { class: "card-plain latest", "aria-label": t("live.latest"), hidden: true });
    const numbers = today(signal);

    function held() {
        if (paused) return true;
        if (list.getBoundingClientRect().top < -40) return true;
        if (list.contains(document.activeElement) && document.activeElement.matches(":focus-visible")) return true;
        return Date.now() - handMoved < handRestsMilliseconds;
    }

    function drawWaiting() {
        waitingButton.hidden = waiting.size === 0;
        if (waiting.size === 0) return;
        const words = t("live.waiting", { count: number(waiting.size), many: waiting.size !== 1 });
        replace(waitingButton, icon("live"), words);
    }

    function put(event, arriving) {
        const old = shown.findIndex((each) => each.event.event_id === event.event_id);
        const row = eventRow(event);
        if (old >= 0) {
            shown[old].row.replaceWith(row);
            shown[old] = { event, row };
            return;
        }
        const at = shown.findIndex((each) => later(event, each.event) < 0);
        if (at < 0) list.append(row);
        else shown[at].row.before(row);
        shown.splice(at < 0 ? shown.length : at, 0, { event, row });
        if (arriving) {
            row.classList.add("is-arriving");
            row.addEventListener("animationend", () => row.classList.remove("is-arriving"), { once: true });
        }
    }

    function trim() {
        for (const { row } of shown.splice(mostRows)) row.remove();
    }

    function drawLatest() {
        const event = shown[0]?.event;
        latest.hidden = !event;
        if (!event || latest.dataset.id === event.event_id + event.updated_at) return;
        latest.dataset.id = event.event_id + event.updated_at;
        const aside = provinceAside(event);
        replace(latest,
            h("a", { class: "latest-link", href: eventAddress(event), "aria-label": t("live.latest.open") },
                picture(event.image_url ?? event.thumbnail_url, "", "latest-picture"),
                h("span", { class: "latest-plate" }, plate(event, "large"))),
            h("p", { class: "latest-facts" },
                deviceLabel(event.edge_device_id, "a", { href: deviceAddress(event.edge_device_id) }),
                aside ? h("span", {}, aside) : null,
                confidence(event.confidence), relativeTime(event.captured_at)));
    }

    function flush() {
        const events = [...waiting.values()].sort(later).reverse();
        waiting = new Map();
        for (const event of events) put(event, true);
        trim();
        drawWaiting();
        drawLatest();
    }

    function receive({ events, initial }) {
        loaded = true;
        if (initial) {
            shown.length = 0;
            waiting = new Map();
            list.replaceChildren();
            for (const event of events) put(event, false);
            trim();
            replace(place, shown.length ? list : nothingYet());
            drawWaiting();
            drawLatest();
        } else {
            if (shown.length === 0) replace(place, list);
            for (const event of events) waiting.set(event.event_id, event);
            if (held()) drawWaiting();
            else flush();
        }
        numbers.refresh();
    }

    function nothingYet() {
        return session.may("admin")
            ? empty(
                t("live.empty"), t("live.empty.advice"),
                h("a", { class: "btn btn-primary", href: "/devices" }, t("live.empty.action"))
            )
            : empty(t("live.empty"), t("live.empty.advice.viewer"));
    }

    function drawPause() {
        replace(pauseButton, icon(paused ? "play" : "pause"), t(paused ? "live.resume" : "live.pause"));
        pauseButton.setAttribute("aria-pressed", String(paused));
        list.classList.toggle("is-paused", paused);
    }

    pauseButton.addEventListener("click", () => {
        paused = !paused;
        drawPause();
        if (!paused) flush();
    });
    waitingButton.addEventListener("click", () => {
        handMoved = 0;
        flush();
        window.scrollTo({ top: 0 });
        pauseButton.focus({ preventScroll: true }); // the button that had the focus is gone
    });
    // A finger's touch counts as reading only while it scrolls, which the position of the list tells.
    list.addEventListener("pointermove", (event) => {
        if (event.pointerType === "mouse") handMoved = Date.now();
    });
    list.addEventListener("pointerleave", () => (handMoved = 0));
    const timer = setInterval(() => {
        if (waiting.size && !held()) flush();
        if (!document.hidden) numbers.refresh();
    }, 1000);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });

    onState(({ kind, since, problem }) => {
        const well = kind === "live" || kind === "connecting";
        stale.hidden = well || !loaded;
        if (well) return;
        if (!loaded) {
            replace(place, failed(problem, retryNow));
            return;
        }
        replace(stale, icon("alert"), h("span", {}, t("live.stale", { since: hourMinute(since) })),
            h("button", { type: "button", class: "btn btn-quiet", onclick: retryNow }, t("action.retry")));
    }, { signal });
    onEvents(receive, { signal });
    drawPause();

    const wall = document.fullscreenEnabled
        ? h("button", { type: "button", class: "btn btn-quiet only-wide", onclick: toggleFullScreen },
            icon("wall"),
            t("live.wall"))
        : null;

    return {
        title: t("live.title"),
        node: h("div", { class: "live" },
            h("div", { class: "page-head" },
                h("h1", {}, t("live.title")),
                h("div", { class: "page-tools" }, wall, pauseButton)),
            h("div", { class: "live-main" },
                h("div", { class: "waiting-place", "aria-live": "polite" }, waitingButton),
                stale, place,
                h("p", { class: "list-end" }, h("a", { href: "/search" }, t("live.older")))),
            h("aside", { class: "live-aside", "aria-label": t("live.today.title") },
                latest,
                numbers.nodes)),
    };
}

function toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
}
