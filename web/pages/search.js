// The filters are the address: a search can be kept as a bookmark, sent to a colleague, and gone back to.
import { api, isAbort } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { bytes, language, number, percent, t } from "../i18n.js";
import { rememberOrder } from "../event-order.js";
import { eventRow } from "../event-row.js";
import { field } from "../form.js";
import { arrowKeys, keyedList } from "../keyed-list.js";
import { on } from "../live.js";
import { notify } from "../notify.js";
import { provinces } from "../provinces.js";
import { navigate } from "../router.js";
import { empty, explain, failed, loading } from "../states.js";
import { dateTime, fromControl, now, siteZone, startOfDay, toControl } from "../time.js";

const names = ["search", "plate", "device", "province", "from", "to", "min_confidence", "has_image"];
const pageSize = 50;

/** What was loaded when the page was left, for who comes back to it: {address, events, cursor}. */
let left = null;

function filterOf(query) {
    const filter = Object.fromEntries(names.map((name) => [name, query.get(name)?.trim() ?? ""]));
    // A zone's plus sign that was pasted unescaped came out as a blank.
    for (const name of ["from", "to"]) filter[name] = filter[name].replace(/ (\d\d:\d\d)$/, "+$1");
    return filter;
}

/** The choices, with the value from the address among them when it is another one. */
function withOwn(choices, value, words) {
    return choices.some(([each]) => each === value) ? choices : [...choices, [value, words(value)]];
}

const ownLeast = (value) => (Number.isFinite(Number(value)) ? t("search.least", { least: percent(value) }) : value);

function addressOf(filter) {
    const query = String(new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== "")));
    return query ? `/search?${query}` : "/search";
}

function filterForm(filter, signal) {
    const fields = [
        field("search", t("search.any"), {
            type: "search", value: filter.search, hint: t("search.any.hint"), autocomplete: "off", spellcheck: "false",
            maxlength: 100,
        }),
        field("plate", t("search.plate"), {
            type: "search", value: filter.plate, hint: t("search.plate.hint"), autocomplete: "off",
            spellcheck: "false", maxlength: 50,
        }),
        field("device", t("search.device"), {
            value: filter.device, suggestions: [], autocomplete: "off", maxlength: 50,
        }),
        field("province", t("search.province"), {
            value: filter.province, autocomplete: "off", maxlength: 50,
            suggestions: provinces.map(([, thai, english]) => (language() === "en" ? english : thai)),
        }),
        field("from", t("search.from"), {
            type: "datetime-local", value: toControl(filter.from), hint: t("search.zone", { zone: siteZone() }),
        }),
        field("to", t("search.to"), { type: "datetime-local", value: toControl(filter.to) }),
        field("min_confidence", t("search.confidence"), {
            value: filter.min_confidence,
            choices: withOwn([
                ["", t("search.all")],
                ...[0.5, 0.7, 0.85, 0.95].map((least) => [String(least), t("search.least", { least: percent(least) })]),
            ], filter.min_confidence, ownLeast),
        }),
        field("has_image", t("search.image"), {
            value: filter.has_image,
            choices: withOwn(
                [["", t("search.all")], ["true", t("search.image.with")], ["false", t("search.image.without")]],
                filter.has_image, (value) => value
            ),
        }),
    ];
    api.devices({ limit: 500 }, { signal }).then(({ devices }) => {
        const list = fields[2].node.querySelector("datalist");
        replace(list, devices.map((device) => h("option", { value: device.device_id }, device.name ?? "")));
    }).catch(() => {}); // only suggestions

    const ranges = [
        ["search.range.hour", () => [new Date(now() - 3_600_000).toISOString().slice(0, 17) + "00Z", ""]],
        ["search.range.today", () => [startOfDay(), ""]],
        ["search.range.yesterday", () => [startOfDay(1), startOfDay()]],
        ["search.range.week", () => [startOfDay(6), ""]],
    ].map(([key, range]) => h("button", {
        type: "button", class: "btn btn-chip",
        onclick() {
            const [from, to] = range();
            fields[4].input.value = toControl(from);
            fields[5].input.value = toControl(to);
            node.requestSubmit();
        },
    }, t(key)));

    const more = names.slice(2).some((name) => filter[name] !== "");
    const node = h("form", { class: "filters", id: "search-filters", role: "search", "aria-label": t("search.title") },
        h("div", { class: "filters-first" }, fields[0].node, fields[1].node),
        h("div", { class: "filters-ranges", role: "group", "aria-label": t("search.range") }, ranges),
        h("details", { class: "filters-more", open: more },
            h("summary", {}, t("search.more")),
            h("div", { class: "filters-grid" }, fields.slice(2).map((each) => each.node))),
        h("div", { class: "form-buttons" },
            h("button", { type: "submit", class: "btn btn-primary" }, icon("search"), t("search.action")),
            h("a", { class: "btn btn-quiet", href: "/search" }, t("search.clear"))));
    node.addEventListener("submit", (event) => {
        event.preventDefault();
        const wanted = Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim()]));
        // The controls know minutes; an exact time in the address stays as long as nobody touches it.
        for (const name of ["from", "to"]) {
            const same = filter[name] !== "" && wanted[name] === toControl(filter[name]);
            wanted[name] = same ? filter[name] : fromControl(wanted[name]);
        }
        if (wanted.search && wanted.plate) {
            fields[1].fail(t("search.both"));
            fields[1].input.focus();
            return;
        }
        if (wanted.from && wanted.to && Date.parse(wanted.from) >= Date.parse(wanted.to)) {
            fields[5].fail(t("search.to.early"));
            fields[5].input.focus();
            return;
        }
        const address = addressOf(wanted);
        navigate(address, { replace: address === location.pathname + location.search });
    });
    return {
        node,
        fail(problem) {
            for (const { field: name, message } of problem.errors) fields.find((each) => each.name === name)?.fail(message);
        },
    };
}

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
            if (events.length) {
                notify(explain(error).join(" "), "failed");
            } else {
                replace(place, failed(error, () => {
                    replace(place, loading(6));
                    load();
                }));
            }
        } finally {
            moreButton.disabled = false;
        }
    }

    function show() {
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

    const range = [filter.from, filter.to].map((each) => (Number.isNaN(Date.parse(each)) ? "" : dateTime(each)));
    return {
        title: t("search.title"),
        node: h("div", { class: "search" },
            h("div", { class: "page-head" }, h("h1", {}, t("search.title"))),
            filters.node,
            h("div", { class: "results-head" }, total,
                range.some(Boolean) ? h("p", { class: "results-range" }, range.join(" – ")) : null,
                h("div", { class: "page-tools" }, downloads(filter, signal))),
            place),
    };
}
