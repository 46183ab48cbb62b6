// What went over which protocol, and for operators the log of messages. Window and filters are the address.
import { h, replace } from "../dom.js";
import { bytes, number, percent, t } from "../i18n.js";
import { linkCard } from "../link-card.js";
import { messageLog } from "../message-log.js";
import { direction, latency, protocolWords, rate } from "../protocols.js";
import { session } from "../session.js";
import { staleNote } from "../stale.js";
import { empty, failed, loading } from "../states.js";
import { followCommunication } from "../status-feed.js";
import { dateTime, relativeTime } from "../time.js";

const windows = { "1h": 3_600, "24h": 86_400, "7d": 604_800 }; // seconds
const columns = [
    "communication.protocol", "communication.rate", "communication.messages", "communication.failures",
    "communication.latency", "communication.bytes", "communication.connected", "communication.last",
];

function windowChoice(chosen, query) {
    const address = (name) => {
        const next = new URLSearchParams(query);
        next.set("window", name);
        return `/communication?${next}`;
    };
    return h("div", { class: "chips", role: "group", "aria-label": t("communication.window") },
        Object.keys(windows).map((name) => h("a", {
            class: "btn btn-chip", href: address(name), "data-window": name,
            "aria-current": name === chosen ? "true" : null,
        }, t(`communication.window.${name}`))));
}

function percentile(name, value) {
    return h("span", { class: "percentile" }, h("span", { class: "muted" }, name), latency(value));
}

function row(summary, seconds) {
    const cell = (key, ...content) => h("td", { "data-label": t(key) }, h("div", { class: "cell" }, content));
    const average = rate(summary.messages / seconds);
    const { p50, p95, p99 } = summary.latency_ms ?? {};
    return h("tr", { "data-protocol": summary.protocol, "data-direction": summary.direction },
        h("th", { scope: "row" }, protocolWords(summary.protocol), direction(summary.direction)),
        cell("communication.rate",
            h("strong", {}, summary.per_second === null ? average : rate(summary.per_second)),
            h("span", { class: "muted" }, summary.per_second === null
                ? t("communication.rate.average") : t("communication.rate.now", { average }))),
        cell("communication.messages", number(summary.messages)),
        cell("communication.failures", summary.failures > 0
            ? h("strong", { class: "text-bad" },
                `${number(summary.failures)} (${percent(summary.failures / summary.messages, 1)})`)
            : number(0)),
        cell("communication.latency", h("div", { class: "percentiles" },
            percentile("p50", p50), percentile("p95", p95), percentile("p99", p99))),
        cell("communication.bytes", bytes(summary.bytes)),
        cell("communication.connected", summary.connected_now === null
            ? h("span", { class: "muted", title: t("communication.connected.none") }, "–")
            : number(summary.connected_now)),
        cell("communication.last", summary.last_error
            ? [
                h("span", { class: "last-error", lang: "en" }, summary.last_error),
                summary.last_error_at ? h("span", { class: "muted", title: dateTime(summary.last_error_at) },
                    relativeTime(summary.last_error_at)) : null,
            ]
            : h("span", { class: "muted" }, t("communication.last.none"))));
}

function statistics(window, signal) {
    const body = h("tbody", {});
    const table = h("div", { class: "card-plain card-table" },
        h("table", { class: "table table-cards table-statistics" },
            h("caption", { class: "visually-hidden" }, t("communication.statistics")),
            h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
            body));
    const place = h("div", { class: "statistics-place", "data-state": "loading" }, loading(2));
    let hasAnswer = false;
    const retry = () => ask();
    const stale = staleNote(retry);
    const ask = followCommunication(window, (summaries) => {
        hasAnswer = true;
        stale.well("statistics");
        place.dataset.state = summaries.length ? "ready" : "empty";
        if (summaries.length === 0) {
            if (!place.querySelector(".state-empty")) {
                replace(place, empty(t("communication.empty"), t("communication.empty.advice")));
            }
            return;
        }
        body.replaceChildren(...summaries.map((summary) => row(summary, windows[window])));
        if (!table.isConnected) replace(place, table);
    }, {
        failed(error) {
            if (hasAnswer) stale.fail("statistics");
            else {
                place.dataset.state = "failed";
                replace(place, failed(error, retry));
            }
        },
        signal,
    });
    return [stale.node, place];
}

export function communicationPage({ query, signal }) {
    const window = Object.hasOwn(windows, query.get("window") ?? "") ? query.get("window") : "1h";
    return {
        title: t("communication.title"),
        node: h("div", { class: "communication" },
            h("div", { class: "page-head" },
                h("h1", {}, t("communication.title")),
                h("div", { class: "page-tools" }, windowChoice(window, query))),
            linkCard(signal),
            statistics(window, signal),
            session.may("operator") ? messageLog(query, window, signal) : null),
    };
}
