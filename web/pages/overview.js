// The whole site on one screen: for the wall, and for who opens the page in the morning.
import { api } from "../api.js";
import { componentLine, noticeLine } from "../banner.js";
import { h, icon, replace } from "../dom.js";
import { bytes, number, percent, t, tOr } from "../i18n.js";
import { deviceAddress } from "../event-row.js";
import { fullScreenButton } from "../full-screen.js";
import { firstHour, hourChart } from "../hour-chart.js";
import { inOrder, stateOf } from "../device-states.js";
import { staleNote } from "../stale.js";
import { failed } from "../states.js";
import { follow, followDevices, followSystem } from "../status-feed.js";
import { tile } from "../tiles.js";
import { duration, relativeTime, startOfDay } from "../time.js";

const mostSilent = 8;
const statisticsEveryMilliseconds = 10_000;

function traffic() {
    const events = tile("events-today", t("overview.events"));
    const rate = tile("read-rate", t("overview.rate"));
    const unique = tile("unique-plates", t("overview.unique"));
    return {
        nodes: [events.node, rate.node, unique.node],
        show({ total, buckets }) {
            const { events: count = 0, with_plate: read = 0, unique_plates: plates = 0, read_rate: share = null } = total;
            events.set(number(count), {
                note: t("overview.events.hour", { count: number(buckets.at(-1)?.events ?? 0) }),
            });
            rate.set(count === 0 || share === null ? "–" : percent(share), {
                note: t("overview.rate.note", { read: number(read), all: number(count) }),
            });
            unique.set(number(plates));
        },
    };
}

function cameras() {
    const online = tile("devices-online", t("overview.cameras"));
    const body = h("div", { class: "silent-place", "data-part": "silent" });
    const section = h("section", { class: "card-plain" },
        h("h2", { class: "card-title" }, t("overview.silent")), body);
    let last = "";

    function line(device) {
        return h("li", {},
            h("a", { href: deviceAddress(device.device_id) }, device.name || device.device_id),
            h("span", { class: "muted" }, relativeTime(device.last_seen)));
    }

    return {
        node: online.node,
        section,
        show(devices, { isComplete }) {
            const used = devices.filter((device) => stateOf(device) !== "disabled");
            const count = (state) => used.filter((device) => stateOf(device) === state).length;
            const silent = inOrder(used.filter((device) => stateOf(device) === "silent"));
            const notes = [
                silent.length ? t("overview.cameras.silent", { count: number(silent.length) }) : null,
                count("never") ? t("overview.cameras.never", { count: number(count("never")) }) : null,
            ].filter(Boolean);
            const all = number(used.length) + (isComplete ? "" : "+");
            online.set(`${number(count("online"))} / ${all}`, {
                note: notes.join(" · ") || (used.length ? t("overview.cameras.all") : t("devices.empty")),
                level: silent.length ? "warn" : "",
            });
            const text = JSON.stringify([used.length, silent.map((each) => [each.device_id, each.name, each.last_seen])]);
            if (text === last) return; // the focus may be in it
            last = text;
            if (silent.length === 0) {
                replace(body, h("p", { class: "all-well" }, used.length
                    ? [icon("check"), h("span", {}, t("overview.silent.none"))]
                    : h("a", { href: "/devices" }, t("devices.empty"))));
                return;
            }
            const rest = silent.length - mostSilent;
            replace(body,
                h("ul", { class: "silent-list" }, silent.slice(0, mostSilent).map(line)),
                rest > 0 ? h("p", { class: "list-more" },
                    h("a", { href: "/devices" }, t("overview.silent.more", { count: number(rest) }))) : null);
        },
    };
}

const percentOf = (value) => number(value / 100, { style: "percent", maximumFractionDigits: 0 });
const levels = { failed: "bad", degraded: "warn" };

function box() {
    const names = ["cpu", "memory", "disk", "database", "connections", "upstream", "uptime"];
    const tiles = Object.fromEntries(names.map((name) => [name, tile(name, t(`overview.${name}`))]));
    const place = h("div", { class: "notices", "data-part": "notices" });
    let last = "";

    /** A number that only the live connection tells, or a dash that says so. */
    function measured(status, name, value, draw) {
        if (status.measured && value !== null && value !== undefined) draw(value);
        else tiles[name].set("–", { note: status.measured ? t("overview.unreadable") : t("overview.unmeasured") });
    }

    function showDisk({ total_bytes: total, available_bytes: free, reserve_bytes: reserve }, state) {
        const full = total > 0 ? 1 - free / total : 0;
        const level = levels[state] ?? (free < reserve ? "bad" : free / 2 < reserve ? "warn" : "");
        tiles.disk.set(bytes(free ?? 0), {
            note: t("overview.disk.note", { total: bytes(total ?? 0), reserve: bytes(reserve ?? 0) }),
            bar: { fraction: full, mark: total > 0 ? 1 - reserve / total : null, level: level || "good" },
            level,
        });
    }

    function showUpstream(status) {
        const upstream = status.upstream ?? status.components.upstream ?? null;
        if (upstream === null) {
            tiles.upstream.set(t("overview.upstream.none"));
            return;
        }
        const state = upstream.state ?? upstream.status ?? "";
        const waiting = upstream.queue_length ?? upstream.pending ?? null;
        tiles.upstream.set(tOr(`overview.upstream.${state}`, state || "–"), {
            note: [
                waiting === null ? null : t("overview.upstream.waiting", { count: number(waiting) }),
                upstream.last_error,
            ].filter(Boolean).join(" · ") || null,
            level: levels[state] ?? "",
        });
    }

    function showNotices({ status, components, notices }) {
        const ill = Object.entries(components).filter(([, part]) => part.state !== "ok");
        const text = JSON.stringify([status, ill.map(([name, part]) => [name, part.state, part.last_error]), notices]);
        if (text === last) return;
        last = text;
        const lines = [...ill.map(([name, part]) => componentLine(name, part)), ...notices.map(noticeLine)];
        replace(place, lines.length
            ? h("ul", { class: "notice-list" }, lines)
            : h("p", { class: "all-well" }, status === "ok"
                ? [icon("check"), h("span", {}, t("account.health.ok"))]
                : [icon("alert"), h("span", {}, t("health.unwell"))]));
    }

    return {
        nodes: names.map((name) => tiles[name].node),
        notices: h("section", { class: "card-plain" }, h("h2", { class: "card-title" }, t("overview.notices")), place),
        show(status) {
            measured(status, "cpu", status.cpu_percent, (value) => tiles.cpu.set(percentOf(value), {
                note: status.load_1m === null ? null
                    : t("overview.load", { load: number(status.load_1m, { maximumFractionDigits: 2 }) }),
                bar: { fraction: value / 100, level: value >= 90 ? "warn" : "good" },
                level: value >= 90 ? "warn" : "",
            }));
            measured(status, "memory", status.memory?.available_bytes, (available) => {
                const { total_bytes: total, process_bytes: own } = status.memory;
                const used = total > 0 ? 1 - available / total : 0;
                tiles.memory.set(percent(used), {
                    note: t("overview.memory.note", { free: bytes(available), own: own === null ? "–" : bytes(own) }),
                    bar: { fraction: used, level: used >= 0.9 ? "warn" : "good" },
                    level: used >= 0.9 ? "warn" : "",
                });
            });
            measured(status, "connections", status.connections, (connections) => {
                const kinds = Object.entries(connections).filter(([, count]) => typeof count === "number");
                tiles.connections.set(number(kinds.reduce((sum, [, count]) => sum + count, 0)), {
                    note: kinds.map(([name, count]) => `${tOr(`protocol.${name}`, name)} ${number(count)}`).join(" · "),
                });
            });
            const { disk, database } = status;
            if (disk?.total_bytes) showDisk(disk, status.components.disk?.state);
            else tiles.disk.set("–", { note: t("overview.unreadable"), level: "warn" });
            if (database) {
                tiles.database.set(bytes(database.size_bytes ?? 0), {
                    note: t("overview.waiting", { count: number(database.queue_length ?? 0) }),
                    level: levels[status.components.database?.state] ?? "",
                });
            }
            showUpstream(status);
            tiles.uptime.set(status.uptime_seconds === null ? "–" : duration(status.uptime_seconds), {
                note: status.version ? t("overview.version", { version: status.version }) : null,
            });
            showNotices(status);
        },
    };
}

export function overviewPage({ signal }) {
    const numbers = traffic();
    const devices = cameras();
    const machine = box();
    const chart = hourChart(signal);
    const again = [];
    const retry = () => again.forEach((ask) => ask());
    const stale = staleNote(retry);
    const content = h("div", { class: "overview-content" },
        stale.node,
        h("dl", { class: "tiles tiles-large" }, numbers.nodes, devices.node),
        h("div", { class: "overview-middle" },
            h("section", { class: "card-plain" }, h("h2", { class: "card-title" }, t("chart.title")), chart.node),
            devices.section),
        h("section", { "aria-labelledby": "overview-box" },
            h("h2", { class: "overview-heading", id: "overview-box" }, t("overview.box")),
            h("dl", { class: "tiles tiles-box" }, machine.nodes)),
        machine.notices);
    const place = h("div", { class: "overview-place", "data-state": "loading" }, content);
    let hasAnswer = false;

    const well = (part, show) => (...answer) => {
        if (!hasAnswer) replace(place, content);
        hasAnswer = true;
        place.dataset.state = "ready";
        stale.well(part);
        show(...answer);
    };
    const ill = (part) => (error) => {
        if (hasAnswer) stale.fail(part);
        else {
            place.dataset.state = "failed";
            replace(place, failed(error, retry));
        }
    };
    again.push(
        follow({
            ask: async (options) => {
                const [sinceMidnight, lastDay] = await Promise.all([
                    api.statistics({ bucket: "hour", from: startOfDay() }, options),
                    api.statistics({ bucket: "hour", from: firstHour() }, options),
                ]);
                return { total: sinceMidnight.total ?? {}, buckets: lastDay.buckets ?? [] };
            },
            answered: well("statistics", (answer) => {
                numbers.show(answer);
                chart.show(answer.buckets);
            }),
            failed: ill("statistics"),
            everyMilliseconds: statisticsEveryMilliseconds,
            signal,
        }),
        followDevices(well("devices", devices.show), { failed: ill("devices"), signal }),
        followSystem(well("system", machine.show), { failed: ill("system"), signal })
    );

    return {
        title: t("overview.title"),
        node: h("div", { class: "overview" },
            h("div", { class: "page-head" },
                h("h1", {}, t("overview.title")),
                h("div", { class: "page-tools" }, fullScreenButton())),
            place),
    };
}
