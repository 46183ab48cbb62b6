// API keys of cameras and programs: made, switched off, revoked. The text of a key is shown once.
import { api, isAbort } from "../api.js";
import { deviceLabel } from "../device-names.js";
import { h, icon, replace } from "../dom.js";
import { number, t, tOr } from "../i18n.js";
import { deviceAddress } from "../event-row.js";
import { field } from "../form.js";
import { formDialog } from "../form-dialog.js";
import { keepFocus } from "../keep-focus.js";
import { showKey } from "../key-card.js";
import { confirmed, copyButton, notify, openDialog } from "../notify.js";
import { empty, explain, loading, showFailed } from "../states.js";
import { whenBack } from "../status-feed.js";
import { date, dateTime, fromControl, now, relativeTime, siteZone } from "../time.js";

const columns = ["keys.name", "keys.role", "keys.prefix", "keys.used", "keys.expires", "keys.made", "table.actions"];
const roles = ["viewer", "operator", "admin", "metrics", "device"];
const pageSize = 100;

/** Resolves when the dialog is closed; the key is nowhere else. */
function showSecret(name, secret) {
    return openDialog({
        title: t("key.title", { device: name }),
        wide: true,
        body: h("div", {},
            h("p", { class: "key-once" }, icon("key"), t("keys.once")),
            h("div", { class: "key-line" }, h("code", { class: "key-text" }, secret), copyButton(secret, t("action.copy"))),
            h("p", {}, t("keys.header"), " ", h("code", {}, "X-API-Key"))),
        buttons: (dialog) => h("button", { type: "button", class: "btn btn-primary", onclick: () => dialog().close() },
            t("key.done")),
    });
}

async function addKey(device, changed) {
    const ids = ({ devices }) => devices.map((each) => each.device_id);
    const suggestions = await api.devices({ limit: 500 }).then(ids, () => []); // only suggestions
    const name = field("name", t("keys.name"), {
        required: true, maxlength: 100, autocomplete: "off", autofocus: true, hint: t("keys.name.hint"),
    });
    const role = field("role", t("keys.role"), {
        choices: roles.map((each) => [each, t(`role.${each}.long`)]), value: device ? "device" : "viewer",
    });
    const camera = field("device_id", t("device.id"), {
        value: device, suggestions, maxlength: 50, autocomplete: "off", autocapitalize: "none", spellcheck: "false",
    });
    const expires = field("expires_at", t("keys.expires"), {
        type: "datetime-local", hint: t("keys.expires.hint", { zone: siteZone() }),
    });
    const showCamera = () => {
        camera.node.hidden = role.input.value !== "device";
        camera.input.required = !camera.node.hidden;
    };
    role.input.addEventListener("change", showCamera);
    showCamera();
    let answer = null;
    await formDialog(t("keys.add"), {
        fields: [name, role, camera, expires],
        action: t("keys.add.action"),
        async send(values) {
            answer = await api.addKey({
                name: values.name.trim(), role: values.role,
                device_id: values.role === "device" ? values.device_id.trim() : null,
                expires_at: fromControl(values.expires_at) || null,
            });
        },
    });
    if (!answer) return;
    changed();
    if (answer.key.role === "device") await showKey(answer.key.device_id, answer.api_key);
    else await showSecret(answer.key.name, answer.api_key);
    changed();
}

async function run(work, words, changed) {
    try {
        await work();
        notify(words);
    } catch (error) {
        notify(explain(error).join(" "), "failed");
    }
    changed();
}

async function revoke(key, changed) {
    const sure = await confirmed({
        title: t("keys.revoke.title", { name: key.name }), text: t("keys.revoke.text"), action: t("keys.revoke"),
    });
    if (sure) await run(() => api.deleteKey(key.key_id), t("keys.revoked"), changed);
}

const turn = (key, changed) => run(
    () => api.changeKey(key.key_id, { disabled: !key.disabled }), t(key.disabled ? "keys.enabled" : "keys.disabled"), changed
);

function row(key, changed) {
    const cell = (name, ...content) => h("td", { "data-label": t(name) }, h("div", { class: "cell" }, content));
    const act = (name, words, does, className) => h("button",
        {
            type: "button", class: `btn btn-quiet btn-small ${className ?? ""}`, "data-action": name,
            "aria-label": `${words}: ${key.name}`, onclick: () => does(key, changed),
        }, words);
    const isOver = key.expires_at && Date.parse(key.expires_at) <= now();
    return h("tr", { "data-key": key.key_id, "data-disabled": String(key.disabled) },
        h("th", { scope: "row" }, key.name,
            key.disabled ? h("span", { class: "aside-note" }, t("keys.off")) : null),
        cell("keys.role", tOr(`role.${key.role}`, key.role),
            key.device_id ? deviceLabel(key.device_id, "a", { href: deviceAddress(key.device_id) }) : null),
        cell("keys.prefix", h("code", {}, `${key.prefix}…`)),
        cell("keys.used", key.last_used_at
            ? relativeTime(key.last_used_at) : h("span", { class: "muted" }, t("keys.unused"))),
        cell("keys.expires", key.expires_at
            ? h("span", { class: isOver ? "text-bad" : null, title: dateTime(key.expires_at) },
                date(key.expires_at), isOver ? ` ${t("keys.over")}` : "")
            : h("span", { class: "muted" }, t("keys.forever"))),
        cell("keys.made", h("span", {}, date(key.created_at)), h("span", { class: "muted" }, key.created_by)),
        h("td", { class: "row-end" }, h("div", { class: "row-actions" },
            act("turn", t(key.disabled ? "keys.turn.on" : "keys.turn.off"), turn),
            act("revoke", t("keys.revoke"), revoke, "btn-danger-quiet"))));
}

export function keysPage({ query, signal }) {
    const device = query.get("device") ?? "";
    const body = h("tbody", {});
    const table = h("div", { class: "card-plain card-table" },
        h("table", { class: "table table-cards table-people" },
            h("caption", { class: "visually-hidden" }, t("keys.title")),
            h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
            body));
    const place = h("div", { class: "keys-place", "data-state": "loading" }, loading(4));
    const count = h("p", { class: "list-count", role: "status" });
    const older = h("button",
        { type: "button", class: "btn btn-primary", "data-action": "older", onclick: () => load(true) },
        t("search.load"));
    const end = h("p", { class: "list-end" });
    let cursor = null;

    async function load(further = false) {
        older.disabled = true;
        try {
            const answer = await api.keys({ device, limit: pageSize, cursor: further ? cursor : null }, { signal });
            const rows = answer.keys.map((key) => row(key, () => load()));
            if (further) body.append(...rows);
            else keepFocus(body, "key", () => body.replaceChildren(...rows));
            cursor = answer.next ?? null;
            const all = body.children.length;
            place.dataset.state = all ? "ready" : "empty";
            count.textContent = all === 0 ? "" : t(cursor ? "keys.count.more" : "keys.count", {
                count: number(all), many: all !== 1,
            });
            replace(end, cursor ? older : null);
            replace(place, all ? [table, end] : empty(t("keys.empty"), t("keys.empty.advice"), addButton()));
            if (further) rows[0]?.querySelector("a, button")?.focus({ preventScroll: true });
        } catch (error) {
            if (isAbort(error)) return;
            if (body.children.length) notify(explain(error).join(" "), "failed");
            else showFailed(place, error, load);
        } finally {
            older.disabled = false;
        }
    }

    const addButton = () => h("button",
        {
            type: "button", class: "btn btn-primary", "data-action": "add-key",
            onclick: () => addKey(device, () => load()),
        },
        icon("plus"), t("keys.add"));
    load();
    whenBack(() => {
        if (place.dataset.state === "failed") load();
    }, { signal });
    return {
        title: t("keys.title"),
        node: h("div", {},
            h("div", { class: "page-head" }, h("h1", {}, t("keys.title")),
                h("div", { class: "page-tools" }, addButton())),
            h("p", { class: "page-lead" }, t("keys.lead")),
            h("div", { class: "devices-head" }, count,
                device ? h("p", { class: "results-range" }, t("keys.of", { device }), " ",
                    h("a", { href: "/keys" }, t("keys.all"))) : null),
            place),
    };
}
