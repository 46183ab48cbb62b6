// How the disk is used, when it will be full, what was deleted to make room; for administrators also making room.
import { api, isAbort } from "../api.js";
import { deviceLabel } from "../device-names.js";
import { h, icon, replace } from "../dom.js";
import { deviceAddress } from "../event-row.js";
import { bytes, number, percent, t, tOr } from "../i18n.js";
import { notify, openDialog } from "../notify.js";
import { session } from "../session.js";
import { staleNote } from "../stale.js";
import { explain, failed, loading } from "../states.js";
import { storageBar } from "../storage-bar.js";
import { storageChart } from "../storage-chart.js";
import { tile } from "../tiles.js";
import { dateTime, relativeTime } from "../time.js";

const pollMilliseconds = 10_000;
const sweepingMilliseconds = 1_500;

const days = (count) => number(count, { maximumFractionDigits: count < 10 ? 1 : 0 });

function removedList(removed) {
    return h("ul", { class: "storage-removed" }, removed.map((each) => h("li", {},
        t(`storage.kind.${each.kind}`), ": ",
        h("strong", {}, t("storage.files", { count: number(each.files) })), " · ", bytes(each.bytes),
        each.oldest ? h("span", { class: "muted" }, " ",
            t("storage.between", { oldest: dateTime(each.oldest), newest: dateTime(each.newest) })) : null)));
}

/** Shows what would go and asks; true when it is to go. */
async function agreed() {
    const plan = await api.sweepStorage({ dry_run: true });
    const nothing = plan.removed.length === 0;
    const answer = await openDialog({
        title: t("storage.sweep.title"),
        body: h("div", {},
            h("p", {}, nothing ? t(plan.enough ? "storage.sweep.enough" : "storage.sweep.nothing")
                : t("storage.sweep.text", { target: bytes(plan.target_bytes), used: bytes(plan.used_bytes) })),
            nothing ? null : removedList(plan.removed),
            plan.complete ? null : h("p", { class: "muted" }, t("storage.sweep.more")),
            !nothing && plan.complete && !plan.enough ? h("p", { class: "muted" }, t("storage.sweep.short")) : null),
        buttons: (dialog) => [
            h("button", { type: "button", class: "btn btn-quiet", autofocus: true, onclick: () => dialog().close("") },
                t(nothing ? "action.close" : "action.cancel")),
            nothing ? null : h("button",
                { type: "button", class: "btn btn-danger", id: "storage-sweep-yes", onclick: () => dialog().close("yes") },
                t("storage.sweep.action")),
        ],
    });
    return answer === "yes";
}

function sweepItem(sweep) {
    const good = sweep.outcome === "done";
    return h("li", { "data-outcome": sweep.outcome },
        h("div", { class: "storage-sweep-head" },
            h("strong", {}, t(`storage.reason.${sweep.reason}`)),
            h("span", { class: good ? "muted" : "text-bad" }, t(`storage.outcome.${sweep.outcome}`)),
            h("span", { class: "muted", title: dateTime(sweep.finished_at) }, relativeTime(sweep.finished_at))),
        h("div", {}, t("storage.sweep.change", {
            before: bytes(sweep.used_before_bytes), after: bytes(sweep.used_after_bytes),
        })),
        removedList(sweep.removed));
}

function deviceRow(device, used) {
    const cell = (key, ...content) => h("td", { "data-label": t(key) }, h("div", { class: "cell" }, content));
    return h("tr", {},
        h("th", { scope: "row" }, deviceLabel(device.device_id, "a", { href: deviceAddress(device.device_id) })),
        cell("storage.size", h("strong", {}, bytes(device.bytes))),
        cell("storage.share", used > 0 ? percent(device.bytes / used, 1) : "–"),
        cell("storage.count", number(device.files)));
}

export function storagePage({ signal }) {
    const names = ["used", "growth", "forecast", "kept", "disk"];
    const tiles = Object.fromEntries(names.map((name) => [name, tile(`storage-${name}`, t(`storage.tile.${name}`))]));
    const problem = h("div", { class: "storage-problem" });
    const bar = h("section", { class: "card-plain", id: "storage-classes" });
    const chart = storageChart(signal);
    const history = h("section", { class: "card-plain", id: "storage-history" },
        h("h2", { class: "card-title" }, t("storage.history")), chart.node);
    const deviceBody = h("tbody", {});
    const deviceMore = h("p", { class: "muted" });
    const devices = h("section", { class: "card-plain card-table", id: "storage-devices" },
        h("h2", { class: "card-title" }, t("storage.devices")),
        h("table", { class: "table table-cards" },
            h("caption", { class: "visually-hidden" }, t("storage.devices")),
            h("thead", {}, h("tr", {}, ["storage.device", "storage.size", "storage.share", "storage.count"].map(
                (key) => h("th", { scope: "col" }, t(key))))),
            deviceBody),
        deviceMore);
    const sweeps = h("section", { class: "card-plain", id: "storage-sweeps" });
    const button = session.may("admin")
        ? h("button", { type: "button", class: "btn btn-quiet", id: "storage-sweep", onclick: sweep }, icon("trash"),
            t("storage.sweep"))
        : null;
    const stale = staleNote(() => load());
    const whole = h("div", { class: "storage" }, problem,
        h("dl", { class: "tiles storage-tiles" }, names.map((name) => tiles[name].node)),
        bar, history, devices, sweeps);
    const place = h("div", { "data-state": "loading" }, loading(6));
    let timer = null;

    async function sweep() {
        button.disabled = true;
        try {
            if (await agreed()) {
                await api.sweepStorage({});
                notify(t("storage.sweep.begun"));
                await load();
            }
        } catch (error) {
            notify(explain(error).join(" "), "failed");
        } finally {
            button.disabled = false;
        }
    }

    function showProblem(report) {
        const lines = [];
        if (report.problem_code) {
            lines.push(h("div", { class: "hint-warn", "data-problem": report.problem_code, role: "status" },
                icon("alert"), h("div", {},
                    h("strong", {}, tOr(`storage.problem.${report.problem_code}`, report.problem)),
                    h("p", {}, t(`storage.advice.${report.quota_bytes === null ? "noquota" : "quota"}`)))));
        }
        if (!report.counted) lines.push(h("p", { class: "muted" }, t("storage.counting")));
        if (report.sweeping) lines.push(h("p", { class: "muted", role: "status" }, t("storage.sweeping")));
        replace(problem, lines);
    }

    function showTiles(report) {
        const limit = report.limit_bytes;
        const share = limit ? report.used_bytes / limit : 0;
        const level = { ok: "", warning: "warn", refusing: "bad" }[report.state];
        tiles.used.set(bytes(report.used_bytes), {
            level, bar: { fraction: share, mark: report.quota_bytes === null ? null : 0.95, level: level || "good" },
            note: t(`storage.limit.${report.limited_by ?? "disk"}`, { limit: bytes(limit ?? 0), share: percent(share) }),
        });
        const growth = report.growth_bytes_per_day;
        tiles.growth.set(growth === null ? "–" : bytes(Math.max(0, growth)), {
            note: t(growth === null ? "storage.growth.unknown" : "storage.growth.note"),
        });
        const left = report.days_until_high;
        const full = report.quota_bytes !== null && left !== null && left < 0.1;
        tiles.forecast.set(left === null ? "–" : full ? t("storage.forecast.now") : t("storage.days", { count: days(left) }), {
            note: left === null ? t("storage.forecast.unknown")
                : t(report.quota_bytes === null ? "storage.forecast.full" : "storage.forecast.sweeps"),
        });
        tiles.kept.set(number(report.kept.files), { note: t("storage.kept.note", { size: bytes(report.kept.bytes) }) });
        tiles.disk.set(bytes(report.disk.available_bytes ?? 0), {
            note: t("overview.disk.note", {
                total: bytes(report.disk.total_bytes ?? 0), reserve: bytes(report.disk.reserve_bytes),
            }),
        });
    }

    function show(report) {
        showProblem(report);
        showTiles(report);
        replace(bar, h("h2", { class: "card-title" }, t("storage.classes")), storageBar(report));
        history.hidden = report.history.length < 2;
        if (!history.hidden) chart.show(report);
        devices.hidden = report.devices.length === 0;
        deviceBody.replaceChildren(...report.devices.map((device) => deviceRow(device, report.used_bytes)));
        const more = report.device_count - report.devices.length;
        deviceMore.hidden = more <= 0;
        deviceMore.textContent = more > 0 ? t("storage.devices.more", { count: number(more) }) : "";
        replace(sweeps, h("h2", { class: "card-title" }, t("storage.sweeps")),
            report.sweeps.length
                ? h("ul", { class: "storage-sweeps" }, report.sweeps.map(sweepItem))
                : h("p", { class: "muted" }, t(report.quota_bytes === null ? "storage.sweeps.off" : "storage.sweeps.none")));
        if (!whole.isConnected) replace(place, whole);
        place.dataset.state = "ready";
        if (button) button.hidden = report.quota_bytes === null;
    }

    async function load() {
        clearTimeout(timer);
        let pause = pollMilliseconds;
        try {
            const report = await api.storage({}, { signal });
            stale.well("storage");
            show(report);
            if (report.sweeping) pause = sweepingMilliseconds;
        } catch (error) {
            if (isAbort(error)) return;
            if (place.dataset.state === "ready") stale.fail("storage");
            else {
                place.dataset.state = "failed";
                replace(place, failed(error, load));
            }
        }
        if (!signal.aborted) timer = setTimeout(() => (document.hidden ? later() : load()), pause);
    }

    function later() {
        document.addEventListener("visibilitychange", load, { once: true, signal });
    }

    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    load();
    return {
        title: t("storage.title"),
        node: h("div", {},
            h("div", { class: "page-head" }, h("h1", {}, t("storage.title")),
                h("div", { class: "page-tools" }, button)),
            stale.node, place),
    };
}
