// The cameras: who is there, who is silent; an admin adds one.
import { api } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { number, t } from "../i18n.js";
import { deviceAddress } from "../event-row.js";
import { field } from "../form.js";
import { formDialog } from "../form-dialog.js";
import { byState, stateOf } from "../device-states.js";
import { showKey } from "../key-card.js";
import { protocolList } from "../protocols.js";
import { session } from "../session.js";
import { staleNote } from "../stale.js";
import { empty, failed, loading } from "../states.js";
import { followDevices } from "../status-feed.js";
import { relativeTime } from "../time.js";

const columns = [
    "device.name", "device.state", "device.seen", "device.today", "device.checkpoint", "device.protocols", "device.address",
];
const mostRows = 200; // shown at once; the rest one page at a time

export function presence(device) {
    const state = stateOf(device);
    return h("span", { class: `presence presence-${state}` },
        h("span", { class: "presence-dot", "aria-hidden": true }),
        t(`device.${state}`));
}

function row(device) {
    const cell = (key, ...content) => h("td", { "data-label": t(key) }, content);
    return h("tr", { "data-device": device.device_id, "data-state": stateOf(device) },
        h("th", { scope: "row" },
            h("a", { href: deviceAddress(device.device_id) }, device.name || device.device_id),
            device.name ? h("code", { class: "device-id" }, device.device_id) : null),
        cell("device.state", presence(device)),
        cell("device.seen", device.last_seen ? relativeTime(device.last_seen) : "–"),
        cell("device.today", number(device.events_today ?? 0)),
        cell("device.checkpoint", [device.site, device.checkpoint].filter(Boolean).join(" / ") || "–"),
        cell("device.protocols", protocolList(device.protocols) || "–"),
        cell("device.address", device.ip_address ? h("code", {}, device.ip_address) : "–"));
}

async function addCamera(added) {
    const fields = [
        field("device_id", t("device.id"), {
            hint: t("device.id.hint"), required: true, maxlength: 50, autocomplete: "off", autocapitalize: "none",
            spellcheck: "false", autofocus: true,
        }),
        field("name", t("device.name"), { hint: t("device.name.hint"), maxlength: 100, autocomplete: "off" }),
        field("checkpoint", t("device.checkpoint"), {
            hint: t("device.checkpoint.hint"), maxlength: 100, autocomplete: "off",
        }),
    ];
    let answer = null;
    await formDialog(t("device.add"), {
        fields,
        action: t("device.add.action"),
        checked({ device_id: id }) {
            if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id.trim())) return true;
            fields[0].fail(t("device.id.wrong"));
            fields[0].input.focus();
            return false;
        },
        async send(values) {
            const text = (name) => values[name].trim() || null;
            answer = await api.addDevice({
                device_id: values.device_id.trim(), name: text("name"), checkpoint: text("checkpoint"),
            });
        },
        refused: (problem) => (problem.status === 409 ? t("device.exists") : null),
    });
    if (!answer) return;
    added();
    await showKey(answer.device.device_id, answer.api_key);
    added();
}

/** The words that a camera is found by. */
const wordsOf = (device) =>
    [device.device_id, device.name, device.site, device.checkpoint, device.ip_address]
        .filter(Boolean).join(" ").toLowerCase();

export function devicesPage({ signal }) {
    const place = h("div", { class: "devices-place", "data-state": "loading" }, loading(5));
    const table = h("table", { class: "table table-devices" },
        h("caption", { class: "visually-hidden" }, t("devices.title")),
        h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))));
    const count = h("p", { class: "list-count", role: "status" });
    const find = field("find", t("devices.find"), {
        type: "search", autocomplete: "off", spellcheck: "false", maxlength: 100,
    });
    const none = h("p", { class: "list-end", role: "status", hidden: true }, t("devices.find.none"));
    const more = h("button", { type: "button", class: "btn btn-primary", "data-action": "more-rows" }, t("search.load"));
    const end = h("p", { class: "list-end" }, more);
    const content = h("div", {},
        h("div", { class: "devices-head" }, find.node, count),
        h("div", { class: "card-plain card-table" }, table), none, end);
    let devices = null;
    let isComplete = true;
    let most = mostRows;
    let last = "";
    const retry = () => ask();
    const stale = staleNote(retry);

    function draw() {
        const wanted = find.input.value.trim().toLowerCase();
        const found = wanted ? devices.filter((device) => wordsOf(device).includes(wanted)) : devices;
        const text = JSON.stringify([found, most]);
        if (text === last) return;
        last = text;
        // The focus stays with its camera, wherever that stands now.
        const held = table.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.device : null;
        let room = most;
        const groups = byState(found).map(([state, members]) => {
            const shown = members.slice(0, room);
            room -= shown.length;
            return shown.length === 0 ? null : h("tbody", { "data-group": state },
                h("tr", { class: `group group-${state}` }, h("th", { scope: "rowgroup", colspan: columns.length },
                    t("devices.group", { state: t(`device.${state}`), count: number(members.length) }))),
                shown.map(row));
        });
        for (const body of [...table.tBodies]) body.remove();
        table.append(...groups.filter(Boolean));
        if (held) table.querySelector(`tr[data-device="${CSS.escape(held)}"] a`)?.focus({ preventScroll: true });
        table.parentNode.hidden = found.length === 0;
        none.hidden = found.length > 0;
        end.hidden = found.length <= most;
        count.textContent = t(isComplete ? "devices.count" : "devices.count.more", {
            count: number(found.length), many: found.length !== 1,
        });
    }

    more.addEventListener("click", () => {
        const next = table.querySelectorAll("tr[data-device]").length;
        most += mostRows;
        draw();
        table.querySelectorAll("tr[data-device] a")[next]?.focus({ preventScroll: true });
    });
    find.input.addEventListener("input", () => {
        most = mostRows;
        draw();
    });

    const addButton = () => h("button",
        {
            type: "button", class: "btn btn-primary", "data-action": "add-device",
            onclick: () => addCamera(() => ask()),
        },
        icon("plus"),
        t("device.add"));

    const ask = followDevices((answer, about) => {
        devices = answer;
        isComplete = about.isComplete;
        stale.well("devices");
        if (devices.length === 0) {
            place.dataset.state = "empty";
            replace(place, session.may("admin")
                ? empty(t("devices.empty"), t("devices.empty.advice"), addButton())
                : empty(t("devices.empty"), t("live.empty.advice.viewer")));
            return;
        }
        place.dataset.state = "ready";
        draw();
        if (!content.isConnected) replace(place, content);
    }, {
        failed(error) {
            if (devices) stale.fail("devices");
            else {
                place.dataset.state = "failed";
                replace(place, failed(error, retry));
            }
        },
        signal,
    });

    return {
        title: t("devices.title"),
        node: h("div", {},
            h("div", { class: "page-head" },
                h("h1", {}, t("devices.title")),
                h("div", { class: "page-tools" }, session.may("admin") ? addButton() : null)),
            stale.node,
            place),
    };
}
