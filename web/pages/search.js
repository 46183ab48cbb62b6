// The filters are the address: a search can be kept as a bookmark, sent to a colleague, and gone back to.
import { api, isAbort } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { bytes, number, t } from "../i18n.js";
import { rememberOrder } from "../event-order.js";
import { eventRow } from "../event-row.js";
import { arrowKeys, keyedList } from "../keyed-list.js";
import { on } from "../live.js";
import { notify } from "../notify.js";
import { addressOf, filterForm, filterOf } from "../search-filters.js";
import { empty, explain, loading, showFailed } from "../states.js";
import { whenBack } from "../status-feed.js";
import { dateTime, now } from "../time.js";

const pageSize = 50;

/** What was loaded when the page was left, for who comes back to it: {address, events, cursor}. */
let left = null;

function downloads(filter, signal) {
    async function save(button, words, accept, ending) {
        let drawn = 0;
        const progress = (size) => {
            if (performance.now() - drawn < 500) return;
            drawn = performance.now();
            words.textContent = bytes(size);
        };
        button.disabled = true;
        button.classList.add("is-busy");
        try {
            const blob = await api.eventsFile(filter, accept, { signal, progress });
            const link = h("a", { href: URL.createObjectURL(blob), download: `lpr-events-${fileStamp()}.${ending}` });
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
            notify(t("search.saved", { size: bytes(blob.size) }));
        } catch (error) {
            if (!isAbort(error)) notify(explain(error).join(" "), "failed");
        } finally {
            button.disabled = false;
            button.classList.remove("is-busy");
            words.textContent = button.dataset.name;
        }
    }
    return [["CSV", "text/csv", "csv"], ["NDJSON", "application/x-ndjson", "ndjson"]].map(([name, accept, ending]) => {
        const words = h("span", {}, name);
        return h("button",
            {
                type: "button", id: `search-save-${ending}`, class: "btn btn-quiet", title: t("search.save.title"),
                "data-name": name,
                onclick: (event) => save(event.currentTarget, words, accept, ending),
            },
            icon("download"),
            words);
    });
}

const fileStamp = () => new Date(now()).toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-");

export function searchPage({ query, signal, restored }) {
    const filter = filterOf(query);
    const address = addressOf(filter);
    const filters = filterForm(filter, signal);
    const list = h("ol", { class: "events", id: "search-results", "aria-label": t("search.results") });
    const draw = keyedList(list, eventRow);
    arrowKeys(list);
    const place = h("div", { "aria-live": "polite" }, loading(6));
    const total = h("p", { class: "list-count", role: "status" });
    let events = [];
    let cursor = null;

    const moreButton = h("button", { type: "button", id: "search-more", class: "btn btn-primary", onclick: load }, t("search.load"));

    async function load() {
        moreButton.disabled = true;
        try {
            const answer = await api.events({ ...filter, limit: pageSize, cursor }, { signal });
            const start = events.length;
            events = [...events, ...answer.events];
            cursor = answer.next;
            show();
            if (start > 0) list.children[start]?.querySelector("a")?.focus({ preventScroll: true });
        } catch (error) {
            if (isAbort(error)) return;
            if (error.errors?.length) filters.fail(error);
            if (events.length) notify(explain(error).join(" "), "failed");
            else showFailed(place, error, load);
        } finally {
            moreButton.disabled = false;
        }
    }

    function show() {
        place.dataset.state = events.length ? "ready" : "empty";
        draw(events);
        if (events.length === 0) {
            total.textContent = "";
            replace(
                place,
                empty(
                    t("search.empty"), t("search.empty.advice"),
                    h("a", { class: "btn btn-quiet", href: "/search" }, t("search.clear"))
                )
            );
            return;
        }
        total.textContent = t(cursor ? "search.count.more" : "search.count", {
            count: number(events.length), many: events.length !== 1,
        });
        replace(place, list, h("p", { class: "list-end" }, cursor ? moreButton : t("search.end")));
    }

    // What somebody corrects or deletes changes here too; what is new comes with the next search.
    on("lpr_event_updated", (event) => {
        const at = events.findIndex((each) => each.event_id === event.event_id);
        if (at < 0) return;
        events[at] = event;
        draw(events);
    }, { signal });
    on("lpr_event_deleted", ({ event_id: id }) => {
        if (!events.some((event) => event.event_id === id)) return;
        events = events.filter((event) => event.event_id !== id);
        show();
    }, { signal });
    signal.addEventListener("abort", () => {
        left = { address, events, cursor };
        rememberOrder(events);
    }, { once: true });

    if (restored && left?.address === address && left.events.length) {
        ({ events, cursor } = left);
        show();
    } else load();

    whenBack(() => {
        if (place.dataset.state === "failed") load();
    }, { signal });

    const ends = [["search.from", filter.from], ["search.to", filter.to]]
        .filter(([, instant]) => !Number.isNaN(Date.parse(instant)))
        .map(([key, instant]) => `${t(key)} ${dateTime(instant)}`);
    return {
        title: t("search.title"),
        node: h("div", { class: "search" },
            h("div", { class: "page-head" }, h("h1", {}, t("search.title"))),
            filters.node,
            h("div", { class: "results-head" }, total,
                ends.length ? h("p", { class: "results-range" }, ends.join(" ")) : null,
                h("div", { class: "page-tools" }, downloads(filter, signal))),
            place),
    };
}
