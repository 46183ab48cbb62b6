// The box itself on the overview: processor, memory, disk, and what it has to say.
import { componentLine, noticeLine } from "./banner.js";
import { h, icon, replace } from "./dom.js";
import { bytes, number, percent, t, tOr } from "./i18n.js";
import { isIll, linkState } from "./link-state.js";
import { tile } from "./tiles.js";
import { duration } from "./time.js";
import { newestUpstream, upstreamState } from "./upstream-state.js";

const percentOf = (value) => number(value / 100, { style: "percent", maximumFractionDigits: 0 });
const levels = { failed: "bad", degraded: "warn" };

/** {nodes, notices, show(status)} for what `followSystem` tells. */
export function boxTiles() {
    const names = ["cpu", "memory", "disk", "database", "connections", "mqtt", "upstream", "uptime"];
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
        const { title, notes, level } = upstreamState(newestUpstream(status.components.upstream, status.upstream));
        tiles.upstream.set(title, { note: notes.length ? notes : null, level });
    }

    function showLink(part) {
        const { title, notes, level } = linkState(part);
        tiles.mqtt.set(title, { note: notes.length ? notes : null, level });
    }

    function showNotices({ status, components, notices }) {
        const ill = Object.entries(components).filter(([, part]) => isIll(part));
        const text = JSON.stringify([status, ill.map(([name, part]) => [name, part.state, part.last_error, part.connected_since, part.problem]), notices]);
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
                const isOff = (name) => status.components[name]?.state === "off";
                const kinds = Object.entries(connections)
                    .filter(([name, count]) => typeof count === "number" && !isOff(name));
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
            showLink(status.components.mqtt ?? { state: "off" });
            showUpstream(status);
            tiles.uptime.set(status.uptime_seconds === null ? "–" : duration(status.uptime_seconds), {
                note: status.version ? t("overview.version", { version: status.version }) : null,
            });
            showNotices(status);
        },
    };
}
