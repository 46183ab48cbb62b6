// The cameras: who is there, who is silent; an admin adds one.
import { api, isAbort } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { number, t } from "../i18n.js";
import { deviceAddress } from "../event-row.js";
import { field, form } from "../form.js";
import { showKey } from "../key-card.js";
import { openDialog } from "../notify.js";
import { session } from "../session.js";
import { empty, failed, loading } from "../states.js";
import { relativeTime } from "../time.js";

const columns = [
    "device.name", "device.state", "device.seen", "device.today", "device.checkpoint", "device.protocols", "device.address",
];
const pageSize = 100;
const refreshMilliseconds = 15_000;

export function presence(device) {
    const heard = device.online ? "online" : device.last_seen ? "silent" : "never";
    const state = device.status === "disabled" ? "disabled" : heard;
    return h("span", { class: `presence presence-${state}` },
        h("span", { class: "presence-dot", "aria-hidden": true }),
        t(`device.${state}`));
}

function row(device) {
    const cell = (key, ...content) => h("td", { "data-label": t(key) }, content);
    return h("tr", {},
        h("th", { scope: "row" },
            h("a", { href: deviceAddress(device.device_id) }, device.name || device.device_id),
            device.name ? h("code", { class: "device-id" }, device.device_id) : null),
        cell("device.state", presence(device)),
        cell("device.seen", device.last_seen ? relativeTime(device.last_seen) : "–"),
        cell("device.today", number(device.events_today ?? 0)),
        cell("device.checkpoint", [device.site, device.checkpoint].filter(Boolean).join(" / ") || "–"),
        cell("device.protocols", (device.protocols ?? []).join(", ") || "–"),
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
    let close = null;
    const body = form({
        fields,
        action: t("device.add.action"),
        extra: h("button", { type: "button", class: "btn btn-quiet", onclick: () => close().close() },
            t("action.cancel")),
        async send(values) {
            const id = values.device_id.trim();
            if (!/^[A-Za-z0-9._:-]+$/.test(id)) {
                fields[0].fail(t("device.id.wrong"));
                fields[0].input.focus();
                return;
            }
            const text = (name) => values[name].trim() || null;
            answer = await api.addDevice({ device_id: id, name: text("name"), checkpoint: text("checkpoint") });
            close().close();
        },
        refused: (problem) => (problem.status === 409 ? t("device.exists") : null),
    });
    await openDialog({
        title: t("device.add"),
        body: body.node,
        buttons(dialog) {
            close = dialog;
            return null;
        },
    });
    if (!answer) return;
    added();
    await showKey(answer.device.device_id, answer.api_key);
    added();
}

export function devicesPage({ signal }) {
    const place = h("div", {}, loading(5));
    const body = h("tbody", {});
    const table = h("div", { class: "card-plain card-table" },
        h("table", { class: "table table-devices" },
            h("caption", { class: "visually-hidden" }, t("devices.title")),
            h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
            body));
    const count = h("p", { class: "list-count", role: "status" });
    const more = h("button", { type: "button", class: "btn btn-primary", onclick: () => load(true) }, t("search.load"));
    let cursor = null;
    let pages = 1;

    async function load(further = false) {
        more.disabled = true;
        try {
            const answer = await api.devices({ limit: pageSize, cursor: further ? cursor : null }, { signal });
            const rows = answer.devices.map(row);
            if (further) {
                pages += 1;
                body.append(...rows);
                rows[0]?.querySelector("a")?.focus({ preventScroll: true });
            } else body.replaceChildren(...rows);
            cursor = answer.next ?? null;
            if (body.children.length === 0) {
                replace(place, session.may("admin")
                    ? empty(t("devices.empty"), t("devices.empty.advice"), addButton())
                    : empty(t("devices.empty"), t("live.empty.advice.viewer")));
                return;
            }
            count.textContent = t(cursor ? "devices.count.more" : "devices.count", {
                count: number(body.children.length), many: body.children.length !== 1,
            });
            replace(place, count, table, cursor ? h("p", { class: "list-end" }, more) : null);
        } catch (error) {
            if (isAbort(error)) return;
            if (body.children.length === 0) {
                replace(place, failed(error, () => {
                    replace(place, loading(5));
                    load();
                }));
            }
        } finally {
            more.disabled = false;
        }
    }

    const addButton = () => h("button",
        { type: "button", class: "btn btn-primary", onclick: () => addCamera(() => load()) },
        icon("plus"),
        t("device.add"));
    const timer = setInterval(() => {
        // A longer list is not pulled away from under the eyes.
        const busy = pages > 1 || place.contains(document.activeElement) || document.querySelector("dialog[open]");
        if (!document.hidden && !busy) load();
    }, refreshMilliseconds);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    load();

    return {
        title: t("devices.title"),
        node: h("div", {},
            h("div", { class: "page-head" },
                h("h1", {}, t("devices.title")),
                h("div", { class: "page-tools" }, session.may("admin") ? addButton() : null)),
            place),
    };
}
