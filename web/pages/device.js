// One camera: how it is, what it sent last; an admin renames it, switches it off, makes another key.
import { api, isAbort } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { number, t } from "../i18n.js";
import { eventRow } from "../event-row.js";
import { facts } from "../facts.js";
import { field, form } from "../form.js";
import { showKey } from "../key-card.js";
import { onEvents } from "../live.js";
import { confirmed, notify } from "../notify.js";
import { session } from "../session.js";
import { empty, explain, failed, loading } from "../states.js";
import { dateTime, moment } from "../time.js";
import { tree } from "../tree.js";
import { presence } from "./devices.js";

const mostRows = 20;

function changeForm(device, changed) {
    return form({
        fields: [
            field("name", t("device.name"), { value: device.name ?? "", maxlength: 100, autocomplete: "off" }),
            field("checkpoint", t("device.checkpoint"), {
                value: device.checkpoint ?? "", maxlength: 100, autocomplete: "off",
            }),
            field("status", t("device.status"), {
                value: device.status, hint: t("device.status.hint"),
                choices: [["active", t("device.status.active")], ["disabled", t("device.status.disabled")]],
            }),
        ],
        action: t("action.save"),
        async send(values) {
            await api.changeDevice(device.device_id, {
                name: values.name.trim() || null, checkpoint: values.checkpoint.trim() || null, status: values.status,
            });
            notify(t("device.saved"));
            changed();
        },
    }).node;
}

function keyButton(device) {
    return h("button", {
        type: "button", class: "btn btn-quiet",
        async onclick() {
            const question = t("key.another.text", { device: device.device_id });
            if (!(await confirmed({ title: t("key.another"), text: question, action: t("key.another.action") }))) return;
            try {
                const { device_id: id } = device;
                const { api_key: key } = await api.addKey({ name: id, role: "device", device_id: id });
                await showKey(id, key);
            } catch (error) {
                notify(explain(error).join(" "), "failed");
            }
        },
    }, icon("key"), t("key.another"));
}

function recent(device, signal) {
    const list = h("ol", { class: "events", "aria-label": t("device.recent") });
    const place = h("div", {}, loading(3));
    onEvents(({ events, initial }) => {
        if (initial) list.replaceChildren();
        for (const event of events.slice().reverse()) {
            const known = [...list.children].find((each) => each.dataset.id === event.event_id);
            if (known) known.replaceWith(eventRow(event));
            else list.prepend(eventRow(event));
        }
        while (list.children.length > mostRows) list.lastChild.remove();
        replace(place, list.children.length ? list : empty(t("device.none"), t("device.none.advice")));
    }, { filter: { device: device.device_id }, signal });
    return h("section", {},
        h("div", { class: "section-head" }, h("h2", {}, t("device.recent")),
            h("a", { class: "btn btn-quiet", href: `/search?${new URLSearchParams({ device: device.device_id })}` },
                icon("search"),
                t("device.all"))),
        place);
}

function about(device, changed) {
    const health = device.health && Object.keys(device.health).length ? device.health : null;
    return [
        h("section", { class: "card-plain" }, facts([
            [t("device.state"), presence(device)],
            [t("device.id"), h("code", {}, device.device_id)],
            [t("device.seen"), moment(device.last_seen) ?? "–"],
            [t("device.today"), number(device.events_today ?? 0)],
            [t("device.site"), device.site],
            [t("device.checkpoint"), device.checkpoint],
            [t("device.protocols"), (device.protocols ?? []).join(", ")],
            [t("device.host"), device.hostname],
            [t("device.address"), device.ip_address ? h("code", {}, device.ip_address) : null],
            [t("device.since"), dateTime(device.created_at)],
        ])),
        health
            ? h("section", { class: "card-plain" }, h("h2", { class: "card-title" }, t("device.health")), tree(health))
            : null,
        session.may("admin")
            ? h("details", { class: "card-plain card-details" },
                h("summary", { class: "card-title" }, t("device.change")),
                changeForm(device, changed),
                h("div", { class: "card-end" }, keyButton(device)))
            : null,
    ];
}

export function devicePage({ parameters, signal }) {
    const heading = h("h1", { tabindex: "-1" }, parameters.id);
    const side = h("div", { class: "device-about" });
    const place = h("div", {}, loading(5));
    async function load() {
        try {
            const device = await api.device(parameters.id, { signal });
            heading.textContent = device.name || device.device_id;
            const again = side.contains(document.activeElement);
            replace(side, about(device, load));
            if (again) heading.focus(); // the button that was pressed is gone
            if (!side.isConnected) replace(place, h("div", { class: "device-page" }, side, recent(device, signal)));
        } catch (error) {
            if (isAbort(error)) return;
            replace(place, failed(error, error.status === 404 ? null : () => {
                replace(place, loading(5));
                load();
            }));
        }
    }
    load();
    return {
        title: parameters.id,
        node: h("div", {},
            h("div", { class: "page-head" },
                h("a", { class: "btn btn-quiet btn-icon", href: "/devices", "aria-label": t("nav.devices") }, icon("back")),
                heading),
            place),
    };
}
