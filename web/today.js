// Today's counters and the chart of the last day, asked again when something happened, but not with every event.
import { api, isAbort, Problem } from "./api.js";
import { h, replace } from "./dom.js";
import { number, percent, t } from "./i18n.js";
import { firstHour, hourChart } from "./hour-chart.js";
import { startOfDay } from "./time.js";

const everyMilliseconds = 10_000;

const counter = (key, value) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value));

/** {nodes, refresh}: two cards, and what brings them up to date (at most every ten seconds). */
export function today(signal) {
    const counters = h("dl", { class: "counters" });
    const chart = hourChart(signal);
    let asked = 0;

    async function refresh() {
        if (Date.now() - asked < everyMilliseconds) return;
        asked = Date.now();
        try {
            const [sinceMidnight, lastDay] = await Promise.all([
                api.statistics({ bucket: "hour", from: startOfDay() }, { signal }),
                api.statistics({ bucket: "hour", from: firstHour() }, { signal }),
            ]);
            const { events = 0, unique_plates = 0, read_rate = null } = sinceMidnight.total ?? {};
            replace(counters,
                counter("live.today", number(events)),
                counter("live.unique", number(unique_plates)),
                counter("live.rate", events === 0 || read_rate === null ? "–" : percent(read_rate)));
            chart.show(lastDay.buckets ?? []);
        } catch (error) {
            // Without an answer the old numbers stay: the connection chip tells why, and the next turn tries again.
            if (!(error instanceof Problem) && !isAbort(error)) throw error;
        }
    }

    return {
        nodes: [
            h("section", { class: "card-plain today" }, h("h2", { class: "card-title" }, t("live.today.title")), counters),
            h("section", { class: "card-plain" }, h("h2", { class: "card-title" }, t("chart.title")), chart.node),
        ],
        refresh,
    };
}
