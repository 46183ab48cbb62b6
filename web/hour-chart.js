// Events per hour of the last day: bars for the eye, and the same numbers as a table.
import { h, replace } from "./dom.js";
import { number, percent, t } from "./i18n.js";
import { dateTime, hourMinute, now } from "./time.js";

const hour = 3_600_000;
const columns = ["chart.hour", "chart.events", "chart.unique", "chart.rate"];
let library = null;

/** Chart.js is the heaviest file of the page, so it comes after the events are there. */
export function chartLibrary() {
    library ??= new Promise((resolve, reject) => {
        const script = h("script", { src: "/assets/vendor/chart.min.js" });
        script.addEventListener("load", () => resolve(window.Chart));
        script.addEventListener("error", () => {
            library = null;
            script.remove();
            reject(new Error("chart.min.js did not load"));
        });
        document.head.append(script);
    });
    return library;
}

/** 24 hours up to now; hours without events are not in the answer and count as zero. */
function lastDay(buckets) {
    const byHour = new Map(buckets.map((bucket) => [Math.floor(Date.parse(bucket.start) / hour), bucket]));
    const last = Math.floor(now() / hour);
    return Array.from({ length: 24 }, (_, index) => {
        const key = last - 23 + index;
        return {
            start: new Date(key * hour).toISOString(), events: 0, unique_plates: 0, read_rate: null,
            ...byHour.get(key),
        };
    });
}

export const firstHour = () => new Date((Math.floor(now() / hour) - 23) * hour).toISOString();

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Canvas knows no rem: the wall screen's larger type is reckoned by hand. */
export const tickSize = () => parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.7;

export function hourChart(signal) {
    const canvas = h("canvas", { role: "img" });
    const body = h("tbody", {});
    const node = h("div", { class: "hour-chart" },
        h("div", { class: "hour-chart-stage" }, canvas),
        h("details", {}, h("summary", {}, t("chart.table")),
            h("div", { class: "table-scroll", tabindex: "0" },
                h("table", { class: "table table-sm" },
                    h("caption", { class: "visually-hidden" }, t("chart.title")),
                    h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
                    body))));
    let chart = null;
    let rows = [];

    function paint() {
        if (!chart) return;
        const dataset = chart.data.datasets[0];
        chart.data.labels = rows.map(({ start }) => hourMinute(start));
        dataset.data = rows.map(({ events }) => events);
        dataset.backgroundColor = rows.map((_, index) => colour(index === rows.length - 1 ? "--amber" : "--accent-soft"));
        for (const axis of [chart.options.scales.x, chart.options.scales.y]) axis.ticks.color = colour("--muted");
        chart.options.scales.y.grid.color = colour("--line");
        chart.update("none");
    }

    async function make() {
        const Chart = await chartLibrary();
        if (signal.aborted || chart) return;
        chart = new Chart(canvas, {
            type: "bar",
            data: {
                labels: [],
                datasets: [{
                    label: t("chart.events"), data: [],
                    borderRadius: 2, categoryPercentage: 0.94, barPercentage: 0.9,
                }],
            },
            options: {
                animation: false,
                responsive: true,
                maintainAspectRatio: false,
                plugins: { legend: { display: false }, tooltip: { displayColors: false } },
                scales: {
                    x: {
                        grid: { display: false, drawBorder: false },
                        ticks: { maxRotation: 0, autoSkip: true, maxTicksLimit: 6, font: { size: tickSize() } },
                    },
                    y: {
                        beginAtZero: true, grid: { drawBorder: false },
                        ticks: { precision: 0, maxTicksLimit: 4, font: { size: tickSize() } },
                    },
                },
            },
        });
        paint();
    }

    signal.addEventListener("abort", () => chart?.destroy(), { once: true });
    window.addEventListener("lpr:theme", paint, { signal });

    return {
        node,
        show(buckets) {
            rows = lastDay(buckets);
            const total = rows.reduce((sum, row) => sum + row.events, 0);
            canvas.setAttribute("aria-label", t("chart.summary", { count: number(total) }));
            replace(body, rows.slice().reverse().map((row) => h("tr", {},
                h("th", { scope: "row" },
                    h("time", { datetime: row.start, title: dateTime(row.start) }, hourMinute(row.start))),
                h("td", {}, number(row.events)),
                h("td", {}, number(row.unique_plates)),
                h("td", {}, row.read_rate === null ? "–" : percent(row.read_rate)))));
            if (chart) paint();
            else make().catch(() => (node.querySelector("details").open = true));
        },
    };
}
