// What a camera says of itself. Every maker has other names for the same, so the usual ones are looked for;
// the whole report stands below as it came.
import { h } from "./dom.js";
import { bytes, number, percent, t } from "./i18n.js";
import { tile } from "./tiles.js";
import { duration } from "./time.js";
import { tree } from "./tree.js";

const hottest = 70; // °C from which an outdoor camera should be looked at
const unit = (value, name) => number(value, { style: "unit", unit: name, maximumFractionDigits: 1 });

/** All numbers of a report by their path in lower case with underscores: {"disk": {"free": 1}} gives "disk_free". */
function numbers(report) {
    const found = new Map();
    const walk = (value, path, depth) => {
        if (depth > 3 || found.size > 500) return;
        for (const [key, each] of Object.entries(value)) {
            const name = [...path, key.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase()];
            const plain = typeof each === "string" && /^-?\d+(\.\d+)?\s*%?$/.test(each.trim()) ? parseFloat(each) : each;
            if (typeof plain === "number" && Number.isFinite(plain)) found.set(name.join("_"), plain);
            else if (each && typeof each === "object" && !Array.isArray(each)) walk(each, name, depth + 1);
        }
    };
    walk(report, [], 0);
    return found;
}

function first(found, pattern, accept = () => true) {
    for (const [name, value] of found) if (pattern.test(name) && accept(value)) return value;
    return null;
}

const isShare = (value) => value >= 0 && value <= 100;

function disk(found) {
    const total = first(found, /^(disk|storage)_.*(total|size|capacity)(_bytes)?$/, (value) => value > 1e6);
    const free = first(found, /^(disk|storage)_.*(available|free)(_bytes)?$/, (value) => value >= 0);
    if (total !== null && free !== null && free <= total) return { used: 1 - free / total, note: bytes(free) };
    const freeShare = first(found, /^(disk|storage)_(free|available)_percent$/, isShare);
    if (freeShare !== null) return { used: 1 - freeShare / 100, note: percent(freeShare / 100) };
    const used = first(found, /^(disk|storage)(_used|_usage)?(_percent|_usage)?$/, isShare);
    return used === null ? null : { used: used / 100, note: percent(1 - used / 100) };
}

function share(used) {
    const level = used >= 0.9 ? "warn" : "";
    return { level, bar: { fraction: used, level: level || "good" } };
}

function tiles(report) {
    const found = numbers(report);
    const shown = [];
    const add = (name, words, options) => {
        const one = tile(`health-${name}`, t(`health.${name}`));
        one.set(words, options);
        shown.push(one.node);
    };
    const cpu = first(found, /^(cpu|processor)(_load|_usage|_used)?(_percent|_usage|_total)?$/, isShare);
    if (cpu !== null) add("cpu", percent(cpu / 100), share(cpu / 100));
    const heat = first(found, /(^|_)(temperature|temp)(_celsius|_c|_cpu)?$/, (value) => value > -60 && value < 200);
    if (heat !== null) add("temperature", unit(heat, "celsius"), {
        level: heat >= hottest ? "warn" : "", note: heat >= hottest ? t("health.hot") : null,
    });
    const memory = first(found, /^(memory|mem|ram)(_used|_usage)?(_percent|_usage)?$/, isShare);
    if (memory !== null) add("memory", percent(memory / 100), share(memory / 100));
    const store = disk(found);
    if (store) add("disk", percent(store.used), { ...share(store.used), note: t("health.free", { free: store.note }) });
    const frames = first(found, /^(fps|frames_per_second|frame_rate)$/, (value) => value >= 0);
    if (frames !== null) add("frames", number(frames, { maximumFractionDigits: 1 }));
    const uptime = first(found, /^uptime(_seconds|_s|_sec)?$/, (value) => value >= 0);
    if (uptime !== null) add("uptime", duration(uptime));
    return shown;
}

/** The report as tiles of what is known, with all of it as a tree; null without a report. */
export function healthReport(report) {
    if (!report || Object.keys(report).length === 0) return null;
    const known = tiles(report);
    return h("div", { class: "health-report" },
        known.length ? h("dl", { class: "tiles tiles-health" }, known) : null,
        known.length
            ? h("details", { class: "health-all" }, h("summary", {}, t("health.all")), tree(report))
            : tree(report));
}
