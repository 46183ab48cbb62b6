// The newest reads, arriving, as a list or as a wall of pictures. New ones wait while somebody reads further down,
// points at them or pauses; corrections and deletions show at once.
import { alertSwitches } from "../alerts.js";
import { h, icon, replace } from "../dom.js";
import { rememberOrder } from "../event-order.js";
import { fullScreenButton } from "../full-screen.js";
import { number, t } from "../i18n.js";
import { eventRow } from "../event-row.js";
import { arrowKeys, keyedList } from "../keyed-list.js";
import { latestCard } from "../latest-card.js";
import { onEvents, onState, retryNow } from "../live.js";
import { wallView } from "../live-wall.js";
import { session } from "../session.js";
import { empty, failed, loading } from "../states.js";
import { hourMinute } from "../time.js";
import { today } from "../today.js";

const mostRows = 150;
const leastRows = 50; // one page; below, an older event that was corrected belongs into the list
const handRestsMilliseconds = 4_000;
const flushEveryMilliseconds = 400; // pictures of a burst are not all asked for
const viewName = "lpr.live.view";

const later = (one, other) =>
    Date.parse(other.captured_at) - Date.parse(one.captured_at) || (one.event_id < other.event_id ? 1 : -1);

function rememberedView() {
    try {
        return localStorage.getItem(viewName);
    } catch {
        return null;
    }
}

function listView() {
    const node = h("ol", { class: "events events-live", id: "live-list", "aria-label": t("live.list") });
    arrowKeys(node);
    return { node, draw: keyedList(node, eventRow) };
}

export function livePage({ query, signal }) {
    const place = h("div", { class: "live-place" }, loading(12));
    const waitingButton = h("button",
        { type: "button", id: "live-waiting", class: "btn btn-waiting", hidden: true });
    const stale = h("div", { class: "stale", id: "live-stale", hidden: true });
    const pauseButton = h("button", {
        type: "button", id: "live-pause", class: "btn btn-quiet btn-tool", "aria-pressed": "false",
        "aria-keyshortcuts": "Pause", title: t("live.pause.keys"),
    });
    const latest = latestCard();
    const numbers = today(signal);
    const views = { list: listView(), wall: wallView(signal) };
    let name = [query.get("view"), rememberedView()].find((each) => Object.hasOwn(views, each ?? "")) ?? "list";

    let shown = []; // newest first
    let waiting = new Map();
    let waitingCount = 0;
    let paused = false;
    let handMoved = 0;
    let loaded = false;
    let flushedAt = 0;

    const view = () => views[name];

    function held() {
        if (paused) return true;
        const { node } = view();
        if (node.getBoundingClientRect().top < -40) return true;
        if (node.contains(document.activeElement) && document.activeElement.matches(":focus-visible")) return true;
        return Date.now() - handMoved < handRestsMilliseconds;
    }

    function drawWaiting() {
        // Not for those that are shown a moment later anyway: the button would flicker over the first row.
        waitingButton.hidden = waitingCount === 0 || !held();
        if (waitingButton.hidden) return;
        const words = t("live.waiting", { count: number(waitingCount), many: waitingCount !== 1 });
        replace(waitingButton, icon("live"), words);
    }

    function draw(options) {
        const { node } = view();
        if (!loaded) return;
        if (shown.length === 0) replace(place, nothingYet());
        else if (node.parentNode !== place) replace(place, node);
        view().draw(shown, options);
        latest.draw(shown[0]);
        node.dataset.newest = shown[0]?.event_id ?? "";
    }

    function flush() {
        flushedAt = Date.now();
        shown = [...waiting.values(), ...shown].sort(later).slice(0, mostRows);
        waiting = new Map();
        waitingCount = 0;
        draw({ arriving: true });
        drawWaiting();
    }

    function tryFlush() {
        if (waiting.size === 0) return;
        if (held()) drawWaiting();
        else if (Date.now() - flushedAt >= flushEveryMilliseconds) flush();
    }

    function put(event) {
        const at = shown.findIndex((each) => each.event_id === event.event_id);
        if (at >= 0) {
            shown[at] = event;
            return;
        }
        if (shown.length >= leastRows && later(event, shown[shown.length - 1]) > 0) return;
        if (!waiting.has(event.event_id)) waitingCount += 1;
        waiting.set(event.event_id, event);
    }

    function remove(id) {
        shown = shown.filter((event) => event.event_id !== id);
        if (waiting.delete(id)) waitingCount -= 1;
    }

    function receive({ events, deleted, initial }) {
        loaded = true;
        if (initial) {
            shown = events.slice(0, mostRows);
            waiting = new Map();
            waitingCount = 0;
            draw();
        } else {
            for (const event of events) put(event);
            for (const id of deleted) remove(id);
            if (waiting.size > mostRows) {
                waiting = new Map([...waiting].sort(([, one], [, other]) => later(one, other)).slice(0, mostRows));
            }
            draw();
            tryFlush();
        }
        drawWaiting();
        if (name === "list") numbers.refresh();
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
        replace(pauseButton, icon(paused ? "play" : "pause"),
            h("span", { class: "tool-words" }, t(paused ? "live.resume" : "live.pause")));
        pauseButton.setAttribute("aria-pressed", String(paused));
        place.classList.toggle("is-paused", paused);
    }

    function togglePause() {
        paused = !paused;
        drawPause();
        if (!paused) flush();
    }

    pauseButton.addEventListener("click", togglePause);
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Pause" || document.querySelector("dialog[open]")) return;
        event.preventDefault();
        togglePause();
    }, { signal });
    waitingButton.addEventListener("click", () => {
        handMoved = 0;
        flush();
        window.scrollTo({ top: 0 });
        pauseButton.focus({ preventScroll: true }); // the button that had the focus is gone
    });
    // A finger's touch counts as reading only while it scrolls, which the position of the list tells.
    place.addEventListener("pointermove", (event) => {
        if (event.pointerType === "mouse") handMoved = Date.now();
    });
    place.addEventListener("pointerleave", () => (handMoved = 0));
    const timer = setInterval(tryFlush, flushEveryMilliseconds);
    const numbersTimer = setInterval(() => {
        if (!document.hidden && name === "list") numbers.refresh();
    }, 1000);

    const viewButtons = [["list", "list"], ["wall", "tiles"]].map(([each, shape]) => h("button", {
        type: "button", id: `live-view-${each}`, class: "btn btn-quiet btn-tool",
        onclick: () => choose(each),
    }, icon(shape), h("span", { class: "tool-words" }, t(`live.view.${each}`))));

    const page = h("div", { class: "live" });

    function drawView() {
        page.dataset.view = name;
        document.documentElement.dataset.live = name; // the wall takes the whole screen
        viewButtons.forEach((button) => button.setAttribute("aria-pressed", String(button.id === `live-view-${name}`)));
        if (shown.length) draw();
    }

    function choose(wanted) {
        name = wanted;
        handMoved = 0;
        try {
            localStorage.setItem(viewName, name);
        } catch {
            // not remembered, but shown
        }
        history.replaceState(history.state, "", name === "wall" ? "/?view=wall" : "/?view=list");
        drawView();
        tryFlush();
        if (name === "list") numbers.refresh();
    }

    signal.addEventListener("abort", () => {
        clearInterval(timer);
        clearInterval(numbersTimer);
        delete document.documentElement.dataset.live;
        rememberOrder(shown);
    }, { once: true });

    const notLoaded = (problem) => {
        if (loaded) return;
        replace(place, failed(problem, retryNow));
        latest.node.hidden = true;
    };
    onState(({ kind, since, problem }) => {
        const well = kind === "live" || kind === "connecting";
        stale.hidden = well || !loaded;
        if (well) return;
        if (!loaded) {
            notLoaded(problem);
            return;
        }
        replace(stale, icon("alert"), h("span", {}, t("live.stale", { since: hourMinute(since) })),
            h("button", { type: "button", class: "btn btn-quiet", onclick: retryNow }, t("action.retry")));
    }, { signal });
    onEvents(receive, { signal, failed: notLoaded });
    drawPause();
    drawView();

    replace(page,
        h("div", { class: "page-head" },
            h("h1", {}, t("live.title")),
            h("div", { class: "page-tools" },
                h("div", { class: "tool-group", role: "group", "aria-label": t("live.view") }, viewButtons),
                alertSwitches(signal), fullScreenButton(), pauseButton)),
        h("div", { class: "live-main" },
            h("div", { class: "waiting-place", "aria-live": "polite" }, waitingButton),
            stale, place,
            h("p", { class: "list-end" }, h("a", { href: "/search" }, t("live.older")))),
        h("aside", { class: "live-aside", "aria-label": t("live.today.title") }, latest.node, numbers.nodes)
    );
    return { title: t("live.title"), node: page };
}
