// How the use of the disk has grown: a line for the eye, and one number for each day as a table.
import { h, replace } from "./dom.js";
import { chartLibrary, colour, tickSize } from "./hour-chart.js";
import { bytes, t } from "./i18n.js";
import { dayMonth } from "./time.js";

const day = 86_400_000;

/** The last hour of each day, with what sweeps took on it. */
function days(history) {
    const byDay = new Map();
    for (const { hour, used_bytes: used, removed_bytes: removed } of history) {
        const key = dayMonth(hour);
        byDay.set(key, { key, used, removed: (byDay.get(key)?.removed ?? 0) + removed });
    }
    return [...byDay.values()];
}

export function storageChart(signal) {
    const canvas = h("canvas", { role: "img" });
    const body = h("tbody", {});
    const details = h("details", {}, h("summary", {}, t("chart.table")),
        h("div", { class: "table-scroll", tabindex: "0" },
            h("table", { class: "table table-sm" },
                h("caption", { class: "visually-hidden" }, t("storage.history")),
                h("thead", {}, h("tr", {}, ["storage.day", "storage.used", "storage.removed"].map(
                    (key) => h("th", { scope: "col" }, t(key))))),
                body)));
    const node = h("div", { class: "hour-chart" }, h("div", { class: "hour-chart-stage" }, canvas), details);
    let chart = null;
    let report = null;

    function paint() {
        if (!chart || !report) return;
        const { history } = report;
        chart.data.labels = history.map(({ hour }) => dayMonth(hour));
        const [used, high] = chart.data.datasets;
        used.data = history.map((each) => each.used_bytes);
        used.borderColor = colour("--accent");
        used.backgroundColor = colour("--accent-soft");
        high.data = report.quota_bytes === null ? [] : history.map(() => report.high_bytes);
        high.borderColor = colour("--bad");
        for (const axis of [chart.options.scales.x, chart.options.scales.y]) axis.ticks.color = colour("--muted");
        chart.options.scales.y.grid.color = colour("--line");
        chart.update("none");
    }

    async function make() {
        const Chart = await chartLibrary();
        if (signal.aborted || chart) return;
        const line = { pointRadius: 0, borderWidth: 2, tension: 0 };
        chart = new Chart(canvas, {
            type: "line",
            data: {
                labels: [],
                datasets: [
                    { ...line, label: t("storage.used"), data: [], fill: true },
                    { ...line, label: t("storage.mark.high"), data: [], borderDash: [6, 4], borderWidth: 1 },
                ],
            },
            options: {
                animation: false,
                responsive: true,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        displayColors: false,
                        callbacks: { label: (item) => `${item.dataset.label}: ${bytes(item.raw)}` },
                    },
                },
                scales: {
                    x: {
                        grid: { display: false, drawBorder: false },
                        ticks: { maxRotation: 0, autoSkip: true, maxTicksLimit: 6, font: { size: tickSize() } },
                    },
                    y: {
                        beginAtZero: true, grid: { drawBorder: false },
                        ticks: { callback: (value) => bytes(value), maxTicksLimit: 4, font: { size: tickSize() } },
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
        show(next) {
            report = next;
            canvas.setAttribute("aria-label", t("storage.history.summary", {
                days: Math.round((report.history.length * 3_600_000) / day), used: bytes(report.used_bytes),
            }));
            replace(body, days(report.history).reverse().map((each) => h("tr", {},
                h("th", { scope: "row" }, each.key), h("td", {}, bytes(each.used)),
                h("td", {}, each.removed ? bytes(each.removed) : "–"))));
            if (chart) paint();
            else make().catch(() => (details.open = true));
        },
    };
}
