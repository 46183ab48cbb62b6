// The log of messages: filters in the address, newest first, older ones by key.
import { api, isAbort } from "./api.js";
import { deviceLabel } from "./device-names.js";
import { h, icon, replace } from "./dom.js";
import { deviceAddress } from "./event-row.js";
import { deviceField, failFields, rangeFields, wantedFilter } from "./filter-fields.js";
import { field } from "./form.js";
import { bytes, number, t } from "./i18n.js";
import { notify } from "./notify.js";
import { direction, latency, messageWords, protocols, protocolWords } from "./protocols.js";
import { navigate } from "./router.js";
import { empty, explain, loading, showFailed } from "./states.js";
import { follow, whenBack } from "./status-feed.js";
import { wallTime } from "./time.js";

const names = ["protocol", "device", "success", "from", "to"];
const columns = ["log.time", "communication.protocol", "log.between", "log.type", "log.outcome", "log.size"];
const pageSize = 50;
const isAddress = /^[\d.]+$|:/; // a sender that no camera is known for stands in the log with its address
const mostTurns = 20; // a page may be empty while older rows match: 20 × 50,000 rows are looked through at once

function filterForm(filter, window, { isOpen, signal }) {
    const fields = [
        field("protocol", t("communication.protocol"), {
            value: filter.protocol,
            choices: [["", t("search.all")], ...protocols.map((each) => [each, protocolWords(each)])],
        }),
        deviceField(filter.device, signal),
        field("success", t("log.outcome"), {
            value: filter.success,
            choices: [["", t("search.all")], ["true", t("log.accepted")], ["false", t("log.failed")]],
        }),
        ...rangeFields(filter),
    ];
    const node = h("form", { class: "filters", role: "search", "aria-label": t("log.filters"), "data-form": "log" },
        h("details", { class: "log-filters", open: isOpen },
            h("summary", {}, t("log.filters")),
            h("div", { class: "filters-grid" }, fields.map((each) => each.node)),
            h("div", { class: "form-buttons" },
                h("button", { type: "submit", class: "btn btn-primary" }, icon("search"), t("log.show")),
                h("a", { class: "btn btn-quiet", href: `/communication?window=${window}` }, t("search.clear")))));
    node.addEventListener("submit", (event) => {
        event.preventDefault();
        const wanted = wantedFilter(fields, filter);
        if (!wanted) return;
        const query = new URLSearchParams(Object.entries({ window, ...wanted }).filter(([, value]) => value !== ""));
        navigate(`/communication?${query}`);
    });
    return {
        node,
        fail: (problem) => failFields(fields, problem),
    };
}

function row(entry) {
    const cell = (key, ...content) => h("td", { "data-label": t(key), "data-cell": key.split(".").pop() },
        h("div", { class: "cell" }, content));
    const camera = entry.direction === "out" ? entry.destination : entry.source;
    const other = entry.direction === "out" ? entry.source : entry.destination;
    const from = isAddress.test(camera) ? camera : deviceLabel(camera, "a", { href: deviceAddress(camera) });
    const { id, success } = entry;
    return h("tr", { "data-id": id, "data-success": String(success), class: success ? null : "is-failed" },
        h("th", { scope: "row" }, wallTime(entry.created_at)),
        cell("communication.protocol", protocolWords(entry.protocol), direction(entry.direction)),
        cell("log.between", h("span", {}, from),
            h("span", { class: "muted" }, `${entry.direction === "out" ? "←" : "→"} ${other}`)),
        cell("log.type", messageWords(entry.message_type),
            entry.trusted_network ? h("span", { class: "aside-note" }, t("log.trusted")) : null),
        cell("log.outcome",
            h("span", { class: entry.success ? "outcome" : "outcome outcome-failed" },
                icon(entry.success ? "check" : "alert"), t(entry.success ? "log.accepted" : "log.failed")),
            entry.error_message ? h("span", { class: "last-error", lang: "en" }, entry.error_message) : null),
        cell("log.size", bytes(entry.bytes), h("span", { class: "muted" }, latency(entry.latency_ms))));
}

export function messageLog(query, window, signal) {
    const filter = Object.fromEntries(names.map((name) => [name, query.get(name) ?? ""]));
    const isFiltered = Object.values(filter).some(Boolean);
    const filters = filterForm(filter, window, { isOpen: isFiltered || innerWidth > 820, signal });
    const body = h("tbody", {});
    const table = h("div", { class: "card-plain card-table" },
        h("table", { class: "table table-cards table-log" },
            h("caption", { class: "visually-hidden" }, t("log.title")),
            h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
            body));
    const place = h("div", { class: "log-place", "data-state": "loading" }, loading(4));
    const total = h("p", { class: "list-count", role: "status" });
    const older = h("button", { type: "button", class: "btn btn-primary", "data-action": "older", onclick: () => load() },
        t("log.older"));
    const fresh = h("button", { type: "button", class: "btn btn-quiet", "data-action": "refresh", onclick: again },
        icon("again"), t("log.refresh"));
    let cursor = null;
    let newest = null;

    function again() {
        cursor = null;
        fresh.classList.remove("has-news");
        replace(fresh, icon("again"), t("log.refresh"));
        load(true);
    }

    async function page() {
        const logs = [];
        for (let turn = 0; turn < mostTurns; turn += 1) {
            const answer = await api.communicationLogs({ ...filter, limit: pageSize, cursor }, { signal });
            logs.push(...answer.logs);
            cursor = answer.next;
            if (logs.length > 0 || !cursor) break;
        }
        return logs;
    }

    async function load(anew = false) {
        older.disabled = fresh.disabled = true;
        try {
            const rows = (await page()).map((entry) => [entry, row(entry)]);
            if (anew) body.replaceChildren();
            const start = body.children.length;
            if (start === 0) newest = rows[0]?.[0] ?? null;
            body.append(...rows.map(([, node]) => node));
            const count = body.children.length;
            place.dataset.state = count ? "ready" : "empty";
            total.textContent = count === 0 ? "" : t(cursor ? "log.count.more" : "log.count", {
                count: number(count), many: count !== 1,
            });
            const end = h("p", { class: "list-end" }, cursor ? older : count ? t("log.end") : null);
            if (count > 0) replace(place, table, end);
            else {
                replace(place, isFiltered
                    ? empty(t("log.none"), t("log.none.advice"))
                    : empty(t("log.empty"), t("log.empty.advice")), end);
            }
            if (start > 0) body.children[start]?.querySelector("a")?.focus({ preventScroll: true });
        } catch (error) {
            if (isAbort(error)) return;
            if (error.errors?.length) filters.fail(error);
            if (body.children.length) notify(explain(error).join(" "), "failed");
            else showFailed(place, error, load);
        } finally {
            older.disabled = fresh.disabled = false;
        }
    }
    load();
    whenBack(() => {
        if (place.dataset.state === "failed") load();
    }, { signal });

    // Rows are not pushed under somebody's eyes; the button says that there are new ones.
    if (!filter.to) {
        follow({
            ask: (options) => newest
                ? api.communicationLogs({ ...filter, from: newest.created_at, limit: 1 }, options)
                : Promise.resolve({ logs: [] }),
            answered({ logs }) {
                if (!newest || !(logs[0]?.id > newest.id) || fresh.classList.contains("has-news")) return;
                fresh.classList.add("has-news");
                replace(fresh, icon("again"), t("log.news"));
            },
            everyMilliseconds: 10_000,
            signal,
        });
    }

    return h("section", { class: "message-log", "aria-labelledby": "log-title" },
        h("h2", { id: "log-title" }, t("log.title")),
        filters.node,
        h("div", { class: "results-head" }, total, h("div", { class: "page-tools" }, fresh)),
        place);
}
