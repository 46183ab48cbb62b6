// The whole site on one screen: for the wall, and for who opens the page in the morning.
import { api } from "../api.js";
import { boxTiles } from "../box-tiles.js";
import { h, icon, replace } from "../dom.js";
import { number, percent, t } from "../i18n.js";
import { deviceAddress } from "../event-row.js";
import { fullScreenButton } from "../full-screen.js";
import { firstHour, hourChart } from "../hour-chart.js";
import { inOrder, stateOf } from "../device-states.js";
import { staleNote } from "../stale.js";
import { failed } from "../states.js";
import { follow, followDevices, followSystem } from "../status-feed.js";
import { tile } from "../tiles.js";
import { relativeTime, startOfDay } from "../time.js";

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

export function overviewPage({ signal }) {
    const numbers = traffic();
    const devices = cameras();
    const machine = boxTiles();
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
